"""The demo engagement: an invented association in the shape and mess of a real export."""
