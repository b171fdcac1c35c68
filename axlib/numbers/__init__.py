"""Pure functions on Series and arrays."""
