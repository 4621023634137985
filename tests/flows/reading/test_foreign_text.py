"""Text of another kind than is read here is told as what it is; other files are left alone."""

from __future__ import annotations

import pytest

from flows.reading.foreign_text import foreign_text
from tests.flows.reading.contents import content

TABLE = "Country;Code\nKazakhstan;KAZ\n"


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        ("Country,Code\n".encode("utf-16"), "text in UTF-16"),
        ("Country,Code\n".encode("utf-16-le"), "text in UTF-16"),
        ("Country,Code\n".encode("utf-16-be"), "text in UTF-16"),
        ("Country,Code\n".encode("utf-32"), "text in UTF-32"),
        (TABLE.encode(), "values separated by semicolons: Country;Code"),
        (b"Country\tCode, of ISO\tYear\n", "values separated by tabs: Country\tCode, of ISO\tYear"),
    ],
)
def test_it_is_told_as_what_it_is(data: bytes, seen: str):
    found = foreign_text(content(data), {","})
    assert found.seen == seen
    assert "save it again so" in found.expected


@pytest.mark.parametrize("data", [b"Country,Code\n", b'"a;b;c",Code\n', b"a,b,c;d\n", b"", b"\0\0\0\0"])
def test_any_other_text_is_left_alone(data: bytes):
    assert foreign_text(content(data), {","}) is None


def test_a_sign_by_which_a_layout_separates_values_is_not_foreign():
    assert foreign_text(content(TABLE.encode()), {",", ";"}) is None
