"""Words: errors, the vocabulary of columns, and how numbers become text."""
