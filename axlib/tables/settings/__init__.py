"""Settings: the keys of an engagement file, by what they decide."""
