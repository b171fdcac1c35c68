"""What every cell goes through first: spaces, control characters, Unicode form, words for nothing."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

#: Words that mean nothing is known, in whatever column, in lower case.
NOTHING = (
    "", "-", "--", "---", "–", "—", ".", "..", "?", "n/a", "n/a.", "#n/a", "#n/a!", "#na", "#value!", "#ref!",
    "#div/0!", "#name?", "#null!", "#num!", "null", "(null)", "<null>", "nan", "nat", "<na>", "(blank)",
    "(empty)", "(none)", "not available", "not applicable", "not specified", "not provided", "no data",
)  # fmt: skip
#: Words that mean nothing in numbers, money, dates and yes/no, but may be a level or a name elsewhere.
NOTHING_IN_VALUES = ("na", "nil", "none", "unknown", "unk", "tbd", "tba", "missing", "void", "never", "x")

_UNTIDY = r"^\s|\s$|\s\s|[\x00-\x1f\x7f]|[^\x00-\x7e]|^'[=+\-@]"
_CONTROL = (
    r"[\x00-\x08\x0e-\x1f\x7f\x{0080}-\x{0084}\x{0086}-\x{009f}\x{00ad}"
    r"\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{feff}]"
)
_SPACES = r"[\s\x0b\x{0085}\x{00a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]+"
TIDIED = "spaces and signs tidied"
MISSING_WORD = "missing word"


def tidy_texts(texts: pa.Array, *, values_only: bool = False) -> pa.Array:
    """Tidy distinct texts; a word for nothing becomes missing.

    Spaces become single and go from the ends, control and invisible characters go, Unicode takes its
    composed form (NFC), and the quotation mark that keeps a spreadsheet from running a text is taken off.

    Parameters
    ----------
    texts : Array of large_string
        Distinct, without missing ones.
    values_only : bool
        Whether ``none``, ``unknown`` and such are words for nothing too: in numbers, money and dates.

    Returns
    -------
    Array of large_string
        Same length.

    Examples
    --------
    >>> tidy_texts(pa.array(["  Acme   Inc ", "n/a", "'=1+1", "none"], pa.large_string())).to_pylist()
    ['Acme Inc', None, '=1+1', 'none']
    """
    if len(texts) == 0:
        return texts
    untidy = pc.match_substring_regex(texts, _UNTIDY)
    if pc.any(untidy).as_py():
        changed = texts.filter(untidy)
        # Composing first: an accent after a letter must not be split from it by what follows.
        changed = pc.utf8_normalize(changed, form="NFC")
        changed = pc.replace_substring_regex(changed, _CONTROL, "")
        changed = pc.replace_substring_regex(changed, _SPACES, " ")
        changed = pc.utf8_trim_whitespace(changed)
        changed = pc.replace_substring_regex(changed, r"^'([=+\-@])", r"\1")
        texts = pc.replace_with_mask(texts, untidy, changed)
    words = NOTHING + NOTHING_IN_VALUES if values_only else NOTHING
    nothing = pc.is_in(pc.utf8_lower(texts), value_set=pa.array(words, texts.type))
    return pc.if_else(nothing, pa.scalar(None, texts.type), texts)
