"""Which characters a text file's bytes stand for."""

from __future__ import annotations

import codecs
import unicodedata
from typing import NamedTuple

import charset_normalizer

from axlib.words.errors import DataError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
_BLOCK = 1 << 22
#: Code pages of Latin letters, the likeliest first.
_LATIN = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_15", "mac_roman", "cp850", "cp437", "cp852")
_USUAL = frozenset("éèêëàâäáåãçñöôóòõüûúùïîíìæøßÉÈÀÄÅÇÑÖÜØıİşŞğĞąęłśżźćńĄŁŚŻčřšžěůýČŘŠŽőű")
_RARE = frozenset("þðÞÐýŸƒ") - _USUAL
_PUNCTUATION = frozenset("‘’“”„–—…€£¥©®™°·•«»§´\u00a0½¼²³¿¡")


class Decoded(NamedTuple):
    """A file's text as UTF-8, and the encoding it was in."""

    text: bytes
    encoding: str


def decode_bytes(raw: bytes, *, encoding: str | None = None, file_name: str = "the file") -> Decoded:
    """Turn a file's bytes into UTF-8.

    A byte order mark decides; then UTF-8 if every byte agrees; then UTF-16 without a mark, by its zero
    bytes; then what charset-normalizer finds in the first 200 kB; Windows-1252 at last.

    Parameters
    ----------
    raw : bytes
    encoding : str, optional
        Name that overrides detection.
    file_name : str
        For the sentence of an error.

    Returns
    -------
    Decoded
        Text as UTF-8 without mark, and the name of the encoding found.

    Raises
    ------
    DataError
        The bytes are not text, or not in the encoding asked for.

    Examples
    --------
    >>> decode_bytes("Müller".encode("cp1252")).text.decode()
    'Müller'
    >>> decode_bytes("a,b".encode("utf-16")).encoding
    'utf-16'
    """
    if encoding is not None:
        try:
            return Decoded(raw.decode(encoding).removeprefix("\ufeff").encode("utf-8"), encoding)
        except LookupError:
            raise DataError(
                f"{file_name}: the encoding '{encoding}' is not known. Use a name such as utf-8 or cp1252."
            ) from None
        except UnicodeDecodeError as error:
            raise DataError(
                f"{file_name}: byte {error.start:,} is no {encoding}. Remove read: encoding to have it "
                "detected, or name another one."
            ) from None
    for mark, name in _MARKS:
        if raw.startswith(mark):
            try:
                return Decoded(raw.decode(name).removeprefix("\ufeff").encode("utf-8"), name)
            except UnicodeDecodeError:
                break
    if b"\0" in raw[:_SAMPLE]:
        return _without_mark(raw, file_name)
    if raw.isascii():
        return Decoded(raw, "ascii")
    if not _is_utf_8(raw):
        name = _guess(raw[:_SAMPLE])
        return Decoded(raw.decode(name, errors="replace").encode("utf-8"), name)
    return Decoded(raw, "utf-8")


def _is_utf_8(raw: bytes) -> bool:
    """Check by blocks: decoded whole, a large file would take four times its size."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(raw)
    try:
        for at in range(0, len(raw), _BLOCK):
            decoder.decode(view[at : at + _BLOCK], final=at + _BLOCK >= len(raw))
    except UnicodeDecodeError:
        return False
    return True


def _without_mark(raw: bytes, file_name: str) -> Decoded:
    """Read UTF-16 that lost its mark: every other byte of Western text is zero."""
    even, odd = raw[:_SAMPLE:2].count(0), raw[1:_SAMPLE:2].count(0)
    half = max(1, min(len(raw), _SAMPLE) // 2)
    for share, name in ((odd / half, "utf-16-le"), (even / half, "utf-16-be")):
        if share > 0.4:
            try:
                return Decoded(raw.decode(name).encode("utf-8"), name)
            except UnicodeDecodeError:
                break
    if (even + odd) <= max(2, len(raw) // 1000):
        # A few stray zero bytes in a text are dirt; the cleaning rule for control characters takes them.
        cleaned = decode_bytes(raw.replace(b"\0", b""), file_name=file_name)
        return Decoded(cleaned.text, cleaned.encoding)
    raise DataError(
        f"{file_name}: not a text file (it holds zero bytes). Export it as CSV or XLSX, or give the file the "
        "ending of its format."
    )


def _guess(sample: bytes) -> str:
    """Name the code page of a text in which some bytes are no ASCII.

    Where most letters are ASCII the language is written in Latin letters, and the code page is the one that
    puts letters where letters stand. Other scripts are left to charset-normalizer.
    """
    other = sum(1 for byte in sample if byte > 127)
    letters = sum(1 for byte in sample if chr(byte).isalpha() and byte < 128)
    if other < 0.25 * (other + letters):
        scores = {name: _score_latin(sample, name) for name in _LATIN}
        best = max(_LATIN, key=lambda name: scores[name])
        if scores[best] >= 0:
            return best
    found = charset_normalizer.from_bytes(sample).best()
    return "cp1252" if found is None or found.encoding.startswith(("utf", "ascii")) else found.encoding


def _score_latin(sample: bytes, encoding: str) -> float:
    """Count letters that stand beside letters, less signs that stand inside words."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    score = 0.0
    for before, sign, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if sign < "\x80":
            continue
        inside = before.isalpha() and after.isalpha()
        if sign in _USUAL:
            score += 1.0
        elif sign.isalpha():
            shouting = sign.isupper() and before.islower()
            score += -1.0 if shouting or sign in _RARE else 0.6
        elif sign in _PUNCTUATION:
            score += 0.2
        else:
            score -= 1.0 if inside or unicodedata.category(sign) == "Cc" else 0.2
    return score
