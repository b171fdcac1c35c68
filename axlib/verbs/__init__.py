"""Verbs: each question of the kit is one function that returns one result; ``diagnose`` asks them all."""
