"""Where rows come from: a file, or a database behind a URL. Imported before anything heavy."""

from __future__ import annotations

import re

#: An environment variable, as it stands in an engagement file.
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def is_url(place: str) -> bool:
    """Whether a place named under ``tables`` is a database's URL, or a variable that holds one.

    Examples
    --------
    >>> is_url("${CRM_URL}"), is_url("postgresql://${DB_USER}:${DB_PASSWORD}@db/crm"), is_url("members.csv")
    (True, True, False)
    """
    return "://" in place or VARIABLE.fullmatch(place.strip()) is not None
