"""Tables: the engagement file, reading, recognising columns, cleaning, the term ledger."""
