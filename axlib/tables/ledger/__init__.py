"""The rules of the term ledger: what a term is worth, and what happened at its end."""
