"""``python -m axlib``: the same as the command ``axlib``."""

from axlib.command import main

main()
