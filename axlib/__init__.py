"""The AX coverage kit."""
