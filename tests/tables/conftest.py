"""Property tests compile patterns: the first example is slow on a busy machine, and that is no failure."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
