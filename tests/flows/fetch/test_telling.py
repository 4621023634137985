"""What a fetch says to a person and to a machine."""

from __future__ import annotations

import json

import pytest

from flows.fetch.telling import sentence, telling
from flows.reading.page import html_page, one_line


@pytest.mark.parametrize(
    ("event", "facts", "line"),
    [
        ("landed", {"file": "a.json", "rows": 12_345}, "landed     a.json, 12,345 rows"),
        ("landed", {"file": "a.zip", "rows": None}, "landed     a.zip"),
        ("kept", {"file": "a.json", "rows": 2}, "kept       a.json: here already, 2 rows"),
        (
            "retry",
            {"wait_seconds": 2.0, "attempt": 1, "reason": "seen status 500, expected status 200"},
            "waiting    2 s after attempt 1: seen status 500, expected status 200",
        ),
        (
            "done",
            {"landed": 2, "kept": 0, "unchanged": 1, "failed": 0, "landing": "/l"},
            "2 landed, 1 unchanged: /l",
        ),
    ],
)
def test_an_event_is_a_line(event: str, facts: dict, line: str):
    assert sentence(event, facts) == line


def test_results_go_to_standard_output_and_the_way_there_does_not(capsys: pytest.CaptureFixture[str]):
    with telling(as_json=False) as tell:
        tell("request", url="http://x")
        tell("landed", file="a.json", rows=1)
        tell("failed", reason="http://x: seen a, expected b")
    said = capsys.readouterr()
    assert said.out.splitlines() == ["landed     a.json, 1 rows"]
    assert [line.split()[0] for line in said.err.splitlines()] == ["asking", "failed"]


def test_json_keeps_every_particular(capsys: pytest.CaptureFixture[str]):
    with telling(as_json=True) as tell:
        tell("landed", file="中.json", rows=1)
    assert json.loads(capsys.readouterr().out) == {"event": "landed", "file": "中.json", "rows": 1}


def test_a_terminal_sees_results_as_lines_and_the_rest_as_one_that_moves(monkeypatch: pytest.MonkeyPatch):
    import io

    import rich.console

    screen = io.StringIO()
    console = rich.console.Console
    monkeypatch.setattr(
        rich.console,
        "Console",
        lambda **_: console(file=screen, force_terminal=True, width=200, highlight=False),
    )
    monkeypatch.setattr("sys.stdout", io.StringIO())
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    with telling(as_json=False) as tell:
        tell("request", url="http://x/[bold]")
        tell("landed", file="[red]a.json", rows=1)
    assert "landed     [red]a.json, 1 rows" in screen.getvalue()


def test_an_html_page_is_known_by_its_beginning_and_its_title():
    assert (
        html_page("\ufeff <!doctype HTML><title>Wartung\n heute</title>".encode())
        == "an HTML page titled 'Wartung heute'"
    )
    assert html_page(b"<html><body>") == "an HTML page"
    assert html_page(b'{"html": "<html>"}') is None


def test_a_sources_words_cannot_steer_the_terminal():
    assert one_line("a\x1b[2J\r\n b\t\u202e c") == "a [2J b c"
    assert len(one_line("x" * 1000)) == 201
