"""How answers are shown: as text, whatever they hold, and as JSON that every reader takes."""

from __future__ import annotations

import pytest

from flows.answers import finite, print_table


@pytest.mark.parametrize(
    ("value", "said"), [(float("nan"), None), (float("-inf"), None), (1.5, 1.5), ("x", "x")]
)
def test_json_gets_no_number_that_it_does_not_know(value, said):
    assert finite(value) == said


def test_markup_in_names_and_cells_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]):
    print_table(["[bold]name", "value"], [("[red]x[/red]", None), ("y", 1 / 3)], limit=1)
    out = capsys.readouterr().out
    assert "[bold]name" in out
    assert "[red]x[/red]" in out
    assert "1 of 2 rows shown" in out
    assert "0.333333" not in out
