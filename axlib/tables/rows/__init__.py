"""Rows: what is done to them, merged, set aside, overridden, and how each is accounted for."""
