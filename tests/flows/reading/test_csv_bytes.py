"""Bytes to text: every encoding in pieces, whatever a piece is cut through."""

from __future__ import annotations

import pytest

from flows.reading import csv_bytes
from flows.reading.csv_bytes import Undecodable, fitting_encoding, pieces
from tests.flows.reading.contents import content

TEXT = "数据年月,金额\n中国,1\nCôte,€\n"


@pytest.fixture(params=[1, 2, 3, 7, 1 << 20])
def piece_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many bytes are read at a time."""
    monkeypatch.setattr(csv_bytes, "PIECE_BYTES", request.param)
    return request.param


@pytest.mark.usefixtures("piece_bytes")
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-8-sig"])
def test_a_character_may_be_cut_by_a_piece(encoding: str):
    found = b"".join(pieces(content(TEXT.encode(encoding)).path, encoding))
    assert found.decode() == TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_byte_order_mark_is_no_text(encoding: str):
    found = b"".join(pieces(content(("\ufeff" + TEXT).encode(encoding)).path, encoding))
    assert found.decode() == TEXT


@pytest.mark.usefixtures("piece_bytes")
def test_what_stands_before_and_after_a_foreign_byte_is_told():
    data = "a,b\n中".encode() + b"\xd6\xd0,1\n"
    found = []
    with pytest.raises(Undecodable) as refused:
        found.extend(pieces(content(data).path, "utf-8"))
    assert b"".join([*found, refused.value.before]) == "a,b\n中".encode()
    assert refused.value.after[:1] == b"\xd6"


def test_the_first_encoding_that_fits_the_whole_file_is_taken():
    data = content(
        "a,b\n" + "x,1\n" * 1000 + "Côte,2\n",
    )
    assert fitting_encoding(data, ("utf-8", "windows-1252")) == "utf-8"
    western = content(("a,b\n" + "x,1\n" * 1000 + "Côte,2\n").encode("windows-1252"))
    assert fitting_encoding(western, ("utf-8", "windows-1252")) == "windows-1252"
    neither = content(b"a,b\n\x81\n")
    assert fitting_encoding(neither, ("utf-8", "windows-1252")) == "utf-8"
