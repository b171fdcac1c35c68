"""Cells: how the text of one column becomes numbers, dates, words; one decision per column."""
