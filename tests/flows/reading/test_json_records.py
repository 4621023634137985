"""JSON answers: records to rows by the path of each value, digits as printed, and answers not whole."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from expectations.layout import JsonLayout
from flows.reading import HEAD_BYTES, Reading, Unreadable
from flows.reading.json_records import described, header, read
from tests.flows.reading.contents import content

PLAIN: dict[str, Any] = {
    "name": "answer",
    "reader": "json",
    "records": "data",
    "count": "count",
    "error": "error",
    "columns": {"code": "code", "value": "amount"},
    "optional_columns": {"note": "remark"},
}
PAGED: dict[str, Any] = {
    "name": "page",
    "reader": "json",
    "records": "1",
    "count": "0.total",
    "page_number": "0.page",
    "page_size": "0.per_page",
    "vintage_path": "0.lastupdated",
    "vintage": {"pattern": r"(\d{4}-\d{2}-\d{2})"},
    "columns": {"country.id": "country", "value": "amount"},
}


def layout(said: dict[str, Any] = PLAIN, **more: Any) -> JsonLayout:
    return JsonLayout.model_validate(said | more)


def rows(reading: Reading) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in reading.table.columns), strict=True))


def fault(data: str | bytes, said: JsonLayout) -> tuple[Any, ...]:
    with pytest.raises(Unreadable) as refusal:
        read(content(data), said)
    found = refusal.value.fault
    return found.line, found.column, found.seen, found.rule


def answer(*records: dict[str, Any], count: int | None = None, **more: Any) -> str:
    return json.dumps({"count": len(records) if count is None else count, "data": list(records), **more})


def page(number: int, codes: str, total: int = 5, day: str = "2026-04-08") -> str:
    meta = {"page": number, "per_page": "2", "total": total, "lastupdated": day}
    return json.dumps([meta, [{"country": {"id": code}, "value": 1} for code in codes]])


def test_a_number_keeps_its_printed_digits():
    text = '{"count": 2,"data": [{"code":"01","value":0.10},{"code":"2","value":12345678901234567890.5e1}]}'
    assert rows(read(content(text), layout())) == [
        (1, "01", "0.10", ""),
        (2, "2", "12345678901234567890.5e1", ""),
    ]


def test_null_is_blank_and_truth_is_a_word():
    text = answer({"code": None, "value": True}, {"code": "", "value": False, "note": "x"})
    assert rows(read(content(text), layout())) == [(1, "", "true", ""), (2, "", "false", "x")]


def test_what_json_does_not_have_as_a_number_is_passed_on_as_printed():
    text = '{"count": 1, "data": [{"code": "a", "value": NaN}]}'
    assert rows(read(content(text), layout()))[0][2] == "NaN"


def test_values_are_bound_by_their_path_and_by_its_other_spelling():
    said = layout(
        columns={"country.id": "code", "value": "amount"}, optional_columns={}, aliases={"VALUE": "value"}
    )
    text = answer({"VALUE": 1, "country": {"id": "KZ"}})
    assert header(content(text), said) == ("VALUE", "country.id")
    found = read(content(text), said)
    assert rows(found) == [(1, "KZ", "1")]
    assert found.headers == {"amount": "VALUE", "code": "country.id"}


def test_a_record_has_one_spelling_of_a_column_and_another_record_may_have_the_other():
    said = layout(aliases={"VALUE": "value"})
    found = read(
        content(
            answer(
                {"code": "a", "value": 1}, {"code": "b", "VALUE": 2}, {"code": "c", "value": 3, "VALUE": 4}
            )
        ),
        said,
    )
    assert rows(found) == [(1, "a", "1", ""), (2, "b", "2", "")]
    assert [(item.line, item.column, item.expected) for item in found.faults] == [
        (3, "VALUE", "one key that feeds amount")
    ]
    assert found.headers["amount"] == "value"


def test_a_record_without_a_path_or_with_a_strange_one_is_left_out_as_broken():
    text = answer(
        {"code": "a", "value": 1},
        {"code": "b"},
        {"code": "c", "value": 1, "unit": "kg"},
        {"code": "d", "value": [1]},
    )
    found = read(content(text), layout())
    assert rows(found) == [(1, "a", "1", "")]
    assert (found.record_count, found.broken_record_count) == (4, 3)
    assert [(item.line, item.column, item.rule) for item in found.faults] == [
        (2, "value", "header"),
        (3, "unit", "header"),
        (4, "value", "type"),
    ]


def test_a_strange_path_is_let_be_where_the_layout_says_so():
    text = answer({"code": "a", "value": 1, "unit": {"id": 1}})
    assert rows(read(content(text), layout(unknown_columns="ignored"))) == [(1, "a", "1", "")]


def test_an_answer_that_states_another_number_of_records_is_refused():
    seen = fault(answer({"code": "a", "value": 1}, count=2), layout())
    assert seen == (None, "data", "1 records", "stated_count")
    assert read(content(answer({"code": "a", "value": 1})), layout()).completeness == "stated_count"


@pytest.mark.parametrize("stated", ["many", None, -1, [1]])
def test_a_stated_number_that_is_none_is_refused(stated: Any):
    text = json.dumps({"count": stated, "data": [{"code": "a", "value": 1}]})
    assert fault(text, layout())[1::2] == ("count", "stated_count")


def test_an_answer_that_tells_of_an_error_is_refused():
    text = answer({"code": "a", "value": 1}, error="Rate limit is exceeded")
    assert fault(text, layout()) == (None, "error", '"Rate limit is exceeded"', "error")
    assert read(content(answer({"code": "a", "value": 1}, error="")), layout()).record_count == 1


def test_an_answer_without_a_record_is_refused():
    assert fault(answer(), layout()) == (None, "data", "no record", "records")
    assert header(content(answer()), layout()) is None


def test_a_cut_text_is_recognised_and_refused_at_its_end():
    whole = json.dumps({"count": 2, "data": [{"code": "a", "value": 1}, {"code": "b", "value": 2}]}, indent=1)
    cut = whole[:-20]
    assert header(content(cut), layout()) == ("code", "value")
    assert fault(cut, layout())[2:] == ("the end of the file", "json")


def test_a_key_that_stands_twice_in_an_object_is_refused():
    assert fault('{"count": 1, "data": [{"code": "a", "value": 1, "value": 2}]}', layout())[1::2] == (
        "value",
        "json",
    )


def test_a_text_that_is_not_utf8_is_refused_with_its_line():
    assert fault(b'{"count": 1,\n"data": [{"code": "\xe9", "value": 1}]}', layout()) == (
        2,
        None,
        "byte 0xE9",
        "encoding",
    )


def test_a_byte_order_mark_is_no_part_of_the_text():
    data = b"\xef\xbb\xbf" + answer({"code": "a", "value": 1}).encode()
    assert header(content(data), layout()) == ("code", "value")
    assert read(content(data), layout()).record_count == 1


@pytest.mark.parametrize(
    "text",
    [
        "code,value\na,1\n",
        "[1, 2]",
        '{"data": 5}',
        '{"data": {"code": 1}}',
        '{"other": [{"code": 1}]}',
        '{"data": ["a"]}',
        '{"data',
        "[",
        "{1: 2}",
        '{"a" 1}',
        '{"a": 1 "data": []}',
        "[" * 100_000,
        "",
    ],
)
def test_what_has_no_such_records_is_not_of_the_layout(text: str):
    assert header(content(text), layout()) is None


def test_a_first_record_beyond_the_head_is_not_looked_for():
    text = '{"before": "' + "x" * HEAD_BYTES + '", "data": [{"code": 1, "value": 2}]}'
    assert header(content(text), layout()) is None


def test_a_page_has_as_many_records_as_its_place_among_the_pages_asks_for():
    assert read(content(page(1, "ab")), layout(PAGED)).completeness == "stated_count"
    assert rows(read(content(page(3, "e")), layout(PAGED))) == [(1, "e", "1")]
    assert fault(page(2, "c"), layout(PAGED))[2:] == ("1 records", "stated_count")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([page(1, "ab"), page(2, "cd"), page(3, "e")]),
        f"[{page(1, 'ab')}, {page(2, 'cd')}, {page(3, 'e')}]",
    ],
    ids=["one after another", "in an array"],
)
def test_pages_in_one_file_are_read_as_one_table(text: str):
    assert header(content(text), layout(PAGED)) == ("country.id", "value")
    found = read(content(text), layout(PAGED))
    assert [row[:2] for row in rows(found)] == [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")]
    assert found.vintage == date(2026, 4, 8)


def test_pages_of_two_vintages_are_no_one_file():
    text = page(1, "ab") + page(2, "cd", day="2026-07-01")
    assert fault(text, layout(PAGED))[2:] == ("2026-04-08 and 2026-07-01", "vintage")


def test_one_answer_of_another_shape_among_several_is_refused():
    text = page(1, "ab") + '[{"message": [{"id": "120", "value": "Invalid value"}]}]'
    assert fault(text, layout(PAGED))[3] == "records"


def test_the_constants_of_the_layout_are_told_beside_the_rows():
    found = read(content(answer({"code": "a", "value": None})), layout(constants={"kind": "k"}))
    assert found.constants == {"kind": "k"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"message": [{"id": "120"}]}]', """JSON of another shape, '[{"message": [{"id": "120"}]}]'"""),
        ('{\n  "a": 1}', """JSON of another shape, '{ "a": 1}'"""),
        ("[x],y\n1,2\n", None),
        ("{1}", None),
        ("code,value\n", None),
    ],
)
def test_json_that_no_layout_describes_is_told_from_other_text(text: str, words: str | None):
    assert described(content(text)) == words
