import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axlib.tables.files.text_encoding import decode_bytes
from axlib.words.errors import DataError

WORDS = "id,name\n1,Zürcher Käse & Söhne\n2,Crédit Agricole d’Été\n3,Peña Nevada\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_every_common_encoding_reads_back(encoding):
    assert decode_bytes(WORDS.encode(encoding)).text.decode("utf-8") == WORDS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(encoding):
    decoded = decode_bytes(WORDS.encode(encoding))
    assert decoded.text.decode("utf-8") == WORDS
    assert decoded.encoding == encoding


@given(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\ufeff")))
def test_utf_8_is_never_mistaken(text):
    assert decode_bytes(text.encode("utf-8")).text.decode("utf-8") == text


def test_a_declared_encoding_wins():
    assert decode_bytes("é".encode("cp1252"), encoding="cp1250").text.decode() == "é"
    with pytest.raises(DataError, match=r"export\.csv: byte 0 is no ascii"):
        decode_bytes("é".encode("cp1252"), encoding="ascii", file_name="export.csv")
    with pytest.raises(DataError, match="'klingon' is not known"):
        decode_bytes(b"a", encoding="klingon")


def test_what_is_no_text_is_refused():
    with pytest.raises(DataError, match="not a text file"):
        decode_bytes(bytes(range(256)) * 40 + b"\0" * 4000)


def test_a_mark_over_other_bytes_does_not_crash():
    decode_bytes(codecs.BOM_UTF8 + b"\xff\xfe\xfa,1\n")
