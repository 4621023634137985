"""A table of a web page: found by title and shape, every row whole, and no page too hostile to answer on."""

from __future__ import annotations

import re
import time

import pytest

from expectations.layout import HtmlLayout
from flows.reading import Unreadable, header, read
from flows.reading.html_table import parse
from flows.reading.html_text import Tag, tokens
from tests.flows.reading.contents import content as landed

LAYOUT = HtmlLayout.model_validate(
    {
        "name": "bulletin",
        "reader": "html_table",
        "encodings": ["utf-8", "gb18030"],
        "title_pattern": r"Trade by Country, (?P<month>\d{1,2})\.(?P<year>\d{4})",
        "required_text": ["Unit: US$1,000"],
        "header": ["country", "exports", "imports"],
        "first_row": "TOTAL",
        "aggregates": {"pattern": "(TOTAL|.+?)(?:(?<=TOTAL)|[:：])", "column": "aggregate"},
        "columns": {"country": "country", "exports": "exports", "imports": "imports"},
    }
)
TITLE = "<tr><td colspan=3>Trade by Country, 7.2026</td></tr><tr><td colspan=3>Unit: US$1,000</td></tr>"
HEAD = "<tr><td>Country</td><td>Exports</td><td>Imports</td></tr>"


def row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


TOTAL, ASIA, JAPAN = row("TOTAL", "5", "7"), row("Asia:", "2", "3"), row("Japan", "2", "3")


def page(*rows: str, around: str = "{}", title: str = TITLE) -> bytes:
    table = f"<table>{title}{HEAD}{''.join(rows)}</table>"
    return f"<html><body>{around.replace('{}', table)}</body></html>".encode()


def cells(data: bytes) -> list[tuple[str, ...]]:
    table = read(landed(data), LAYOUT).table
    return [tuple(found[name] for name in ("country", "aggregate", "exports")) for found in table.to_pylist()]


def test_rows_totals_and_groups_are_told_apart():
    reading = read(landed(page(TOTAL, ASIA, JAPAN, row("Europe：", "1", "1"))), LAYOUT)
    assert reading.table.to_pylist() == [
        {"row_number": 4, "country": "", "aggregate": "TOTAL", "exports": "5", "imports": "7"},
        {"row_number": 5, "country": "", "aggregate": "Asia", "exports": "2", "imports": "3"},
        {"row_number": 6, "country": "Japan", "aggregate": "", "exports": "2", "imports": "3"},
        {"row_number": 7, "country": "", "aggregate": "Europe", "exports": "1", "imports": "1"},
    ]
    assert reading.constants == {"month": "7", "year": "2026"}
    assert reading.record_count == 4


def test_a_page_without_the_title_or_a_text_that_is_no_page_is_not_claimed():
    assert header(landed(page(TOTAL, title="<tr><td>Trade by Product, 7.2026</td></tr>")), LAYOUT) is None
    assert header(landed(b"Trade by Country, 7.2026\n1,2,3\n"), LAYOUT) is None
    assert header(landed(page(TOTAL)), LAYOUT) == ("country", "exports", "imports")


def test_another_unit_is_refused_and_shown():
    data = page(TOTAL).replace(b"US$1,000", b"CNY 10,000")
    with pytest.raises(Unreadable, match=r"seen 'Unit: CNY 10,000.*expected a page with the text"):
        read(landed(data), LAYOUT)


def test_the_title_of_the_table_goes_before_links_to_other_months():
    around = "<a>Trade by Country, 6.2026</a>{}<a>Trade by Country, 5.2026</a>"
    assert read(landed(page(TOTAL, around=around)), LAYOUT).constants == {"month": "7", "year": "2026"}


def test_two_titles_and_none_in_the_table_are_refused():
    around = "<p>Trade by Country, 6.2026</p><p>Trade by Country, 7.2026</p>{}"
    untitled = "<tr><td colspan=3>Unit: US$1,000</td></tr>"
    with pytest.raises(Unreadable, match="month 6, year 2026 and month 7, year 2026"):
        read(landed(page(TOTAL, around=around, title=untitled)), LAYOUT)


@pytest.mark.parametrize(
    "broken",
    [
        row("Japan", "2"),
        row("Japan", "2", "3", "4"),
        "<tr><td>Japan</td><td colspan=2>2</td></tr>",
        "<tr><td>Japan</td><td rowspan='2'>2</td><td>3</td></tr>",
        '<tr><td>Japan</td><td COLSPAN = "2">2</td><td>3</td></tr>',
    ],
)
def test_a_row_that_is_cut_or_merged_is_a_fault_and_never_shifted(broken: str):
    reading = read(landed(page(TOTAL, broken, JAPAN)), LAYOUT)
    assert [fault.rule for fault in reading.faults] == ["width"]
    assert reading.faults[0].line == 5
    assert (reading.record_count, reading.broken_record_count) == (3, 1)
    assert reading.table.column("country").to_pylist() == ["", "Japan"]


def test_notes_and_blank_rows_are_no_rows():
    note = "<tr><td colspan=3>Note: preliminary</td></tr>"
    reading = read(landed(page(TOTAL, row("", " ", "&nbsp;"), JAPAN, note)), LAYOUT)
    assert (reading.record_count, reading.faults) == (2, ())


def test_a_table_within_a_cell_and_a_table_around_do_not_mix():
    inner = "<table><tr><td>TOTAL</td><td>9</td></tr></table>"
    data = page(TOTAL, row(f"Japan{inner}", "2", "3"), around="<table><tr><td>{}</td></tr></table>")
    assert cells(data) == [("", "TOTAL", "5"), ("Japan", "", "2")]


def test_two_tables_of_the_shape_are_refused():
    with pytest.raises(Unreadable, match="2 such tables"):
        read(landed(page(TOTAL, around="{}{}")), LAYOUT)
    with pytest.raises(Unreadable, match="0 such tables"):
        read(landed(page(JAPAN)), LAYOUT)


def test_what_a_browser_does_not_show_is_not_read():
    hidden = (
        "<script>if (1 < 2) write('<table><tr><td>TOTAL</td><td>1</td><td>1</td></tr></table>')</script>"
        "<style>td:after{content:'<td>'}</style><!-- <table>"
        + TOTAL
        + "</table> Trade by Country, 1.1999 -->"
        "<noscript>Trade by Country, 2.1999</noscript><template><tr><td>x</td></tr></template>"
    )
    assert cells(page(TOTAL, JAPAN, around=hidden + "{}")) == [("", "TOTAL", "5"), ("Japan", "", "2")]


def test_entities_inline_tags_and_blanks_make_one_text():
    name = "<span>C&ocirc;te</span>&nbsp;\n <b>d&#39;I</b>voire<br>"
    assert cells(page(TOTAL, row(name, "1", "1")))[1] == ("Côte d'Ivoire", "", "1")


def test_cells_and_rows_that_are_never_closed_are_closed_by_the_next():
    data = page("<tr><td>TOTAL<td>5<td>7<tr><td>Japan<td>2<td>3")
    assert cells(data) == [("", "TOTAL", "5"), ("Japan", "", "2")]


def test_a_page_in_gb18030_is_read():
    data = page(TOTAL, row("中国香港", "1", "1")).decode().encode("gb18030")
    assert cells(data)[1][0] == "中国香港"


def test_a_closing_sign_within_a_quoted_value_does_not_end_the_tag():
    found = list(tokens("""<td title="a > b" colspan='3'>x</td><td title=5">y"""))
    assert found[0] == Tag("td", False, """ title="a > b" colspan='3'""")
    assert found[0].number("colspan") == 3
    assert [token for token in found if isinstance(token, str)] == ["x", "y"]


@pytest.mark.parametrize(
    "junk",
    [
        *("<", "<!--", "<a ", "</", "&", "<![", "<?", "<a href='", "<script>", "<script></script ", "<td>"),
        *(
            "<table>",
            "<noscript></template>",
            "</table>",
            "<title>",
            "&#9",
            '<a b=" ',
            "<td colspan=9999999999 ",
        ),
        *("<tr>", "<!-- --!>", "\x00", "<template>", "]]>", "<a\t", "&" + "9" * 50),
    ],
)
def test_junk_makes_no_rows_and_takes_time_in_proportion(junk: str):
    data = (junk * (200_000 // len(junk))).encode()
    began = time.process_time()
    for whole in (b"<html>" + data + page(TOTAL, JAPAN), page(TOTAL, JAPAN) + data):
        content = landed(whole)
        try:
            found = read(content, LAYOUT) if header(content, LAYOUT) else None
        except Unreadable:
            continue
        assert found is None or set(found.table.column("country").to_pylist()) <= {"", "Japan"}
    # A parser that searches the whole page for every sign takes minutes.
    assert time.process_time() - began < 5


def test_a_page_ends_where_a_comment_is_never_closed():
    assert parse("<p>a</p><!-- b").text == "a"
    assert parse("a < b").text == "a < b"


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("aggregates", {"pattern": "TOTAL", "column": "aggregate"}, "expected a group that holds the name"),
        ("columns", {"exports": "exports"}, "'country' feeds no column"),
        ("first_row", "(", "not a regular expression"),
    ],
)
def test_a_layout_that_could_not_be_read_by_is_refused(key: str, value: object, told: str):
    with pytest.raises(ValueError, match=re.escape(told)):
        HtmlLayout.model_validate({**LAYOUT.model_dump(), key: value})
