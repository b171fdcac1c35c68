"""Hiding: what of each result a client may see, so that nobody is named and no small group shows."""
