"""The gate, the frame of verdicts, and a page on which nobody's text is anything but text."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from html.parser import HTMLParser

import pytest

from expectations.verdict import Verdict, gate, render_page, verdicts_frame

PASSED = Verdict(
    suite="rpt_trade_potential",
    expectation="ratio_is_positive",
    column="potential_ratio",
    severity="critical",
    is_passed=True,
    observed="0.4 to 2.3",
    expected="more than 0",
    failing_count=0,
    checked_count=120,
    failing_rows="[]",
    description="K is actual over predicted trade.",
)
FAILED = replace(
    PASSED,
    is_passed=False,
    failing_count=25,
    failing_rows=json.dumps(
        [{"partner_iso3": "TJK", "year": 2015, "potential_ratio": -4.688, "caveat": None}]
    ),
)
WARNED = replace(FAILED, severity="warning", expectation="ratio_is_not_extreme")

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "{{7*7}}",
    "{% raw %}",
    "</td></table></details><h1>all passed</h1>",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)' autofocus='",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "\u202egnp.exe",
]  # fmt: skip


class Page(HTMLParser):
    """What a reader of the page meets: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]


def test_only_a_failed_critical_check_stops_a_release():
    assert gate([PASSED, WARNED, replace(WARNED, severity="info")])
    assert not gate([PASSED, FAILED])


def test_a_verdict_cannot_be_changed_after_it_was_given():
    with pytest.raises(FrozenInstanceError):
        FAILED.is_passed = True


@pytest.mark.parametrize("verdicts", [[], [PASSED, FAILED]])
def test_the_frame_has_a_row_per_verdict_and_typed_columns_even_without_rows(verdicts):
    frame = verdicts_frame(verdicts)
    assert len(frame) == len(verdicts)
    assert list(frame.columns) == list(Verdict.__dataclass_fields__)
    assert frame["is_passed"].dtype == bool
    assert frame["failing_count"].dtype == frame["checked_count"].dtype == "int64"
    assert {str(frame[name].dtype) for name in ("suite", "severity", "failing_rows")} == {"str"}


def page_saying(text: str) -> Page:
    """A page with this text in every place that a table, a suite or a file name can reach."""
    said = dict.fromkeys(("suite", "expectation", "column", "observed", "expected", "description"), text)
    rows = json.dumps([{text: text, "n": 1, "caveat": None, "x": text}])
    return Page(render_page([replace(FAILED, **said, failing_rows=rows), replace(PASSED, **said)], text))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_wherever_it_stands(text):
    page, harmless = page_saying(text), page_saying("harmless")
    assert page.tags == harmless.tags
    assert [list(attributes) for _, attributes in page.elements] == [list(a) for _, a in harmless.elements]
    # Names of expectations are shown with blanks for underscores; no hostile text here has one.
    assert page.text.count(text) == harmless.text.count("harmless") >= 12
    assert "49" not in page.text


def test_the_page_has_no_script_and_asks_for_nothing_from_outside():
    page = Page(render_page([PASSED, FAILED, WARNED], "Checks"))
    assert not {"script", "link", "img", "iframe", "object", "form", "a", "base"} & set(page.tags)
    attributes = {name for _, attributes in page.elements for name in attributes}
    assert not {"src", "href", "style"} & attributes
    assert not [name for name in attributes if name.startswith("on")]
    policies = [a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_failures_come_first_the_worst_before_the_mild_and_what_passed_is_folded():
    html = render_page([PASSED, WARNED, FAILED], "Checks")
    assert html.index("ratio is positive") < html.index("ratio is not extreme") < html.index("<details")
    assert "Not fit for release: 1 critical check failed." in html
    assert "The first 1 of 25 failing rows." in html
    assert "25 of 120 rows (21%)" in html
    assert Page(html).tags.count("details") == 1


@pytest.mark.parametrize(
    ("verdicts", "answer"),
    [
        ([], "Nothing was checked."),
        ([PASSED], "Fit for release: all checks passed."),
        ([PASSED, WARNED], "Fit for release. 1 remark to read before believing every number."),
        ([FAILED, replace(FAILED, expectation="other")], "Not fit for release: 2 critical checks failed."),
    ],
)
def test_the_page_answers_first_whether_the_data_may_go_out(verdicts, answer):
    assert answer in " ".join(Page(render_page(verdicts)).text.split())


def test_missing_values_and_scrolling_tables_are_told_to_those_who_do_not_see():
    page = Page(render_page([FAILED], "Checks"))
    assert "missing" in page.text
    wide = [attributes for tag, attributes in page.elements if attributes.get("class") == "wide"]
    assert all(a["tabindex"] == "0" and a["role"] == "region" and a["aria-label"] for a in wide)
    assert ("html", {"lang": "en"}) in page.elements
