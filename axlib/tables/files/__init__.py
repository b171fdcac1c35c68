"""Files: from bytes to raw rows of text, whatever the format, encoding or dialect."""
