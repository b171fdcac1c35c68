"""Keep two seconds of start-up away; the package imports this before anything that imports nbformat.

``import nbformat`` loads jsonschema, which loads ``rfc3987_syntax``, which compiles a grammar for
internationalised addresses at import: about two seconds of processor time in every process, for a check that
no notebook needs. ``None`` in ``sys.modules`` makes that one import fail, which jsonschema expects and takes to
mean that the optional check is not installed.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
