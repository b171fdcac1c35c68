"""Diagnosing: the steps of ``diagnose``, in the order of a report's questions."""
