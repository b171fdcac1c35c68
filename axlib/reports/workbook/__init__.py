"""The Member Success Profile workbook, written: one module per sheet."""
