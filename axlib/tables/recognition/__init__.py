"""Recognition: which system an export comes from, and what its columns mean."""
