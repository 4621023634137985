"""`serai table`: the published fits, written for a paper."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.paper_table import NothingPublished, paper_table
from flows.warehouse import write_frame, writing

KEY = {"study": "tiny", "model": "plain", "specification": "pooled_ols.classical_t.full", "flow": "total"}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A database with the four tables that a regression table is made of."""
    coefficient = {
        "term": "log_gdp",
        "estimate": -0.5,
        "std_error": 0.25,
        "statistic": -2.0,
        "p_value": 0.05,
        "ci_low": -1.0,
        "ci_high": 0.0,
        "covariance": "classical_t",
    }
    fit = {
        "estimator": "pooled_ols",
        "n_obs": 40,
        "n_entities": 5,
        "n_years": 8,
        "r_squared": 0.9,
        "r_squared_kind": "overall",
        "log_likelihood": -3.0,
        "fill_set": "full",
        "is_selected": True,
        "caveat": "5 partners are few.",
    }
    test = {
        "test": "f_partner_effects",
        "statistic": 5.88,
        "df1": 4.0,
        "df2": 28.0,
        "p_value": 0.0015,
        "is_valid": True,
    }
    database = tmp_path / "serai.duckdb"
    with writing(database) as connection:
        connection.execute("create schema if not exists reporting")
        for name, row in (("coefficients", coefficient), ("fit", fit), ("tests", test)):
            write_frame(connection, "reporting", f"rpt_gravity_{name}", pd.DataFrame([KEY | row]))
        chosen = {
            "study": "tiny",
            "model": "plain",
            "flow": "total",
            "fill_set": "full",
            "rule": "hausman_step",
            "estimator": "pooled_ols",
            "is_selected": True,
        }
        write_frame(connection, "reporting", "rpt_gravity_selection", pd.DataFrame([chosen]))
    return database


def test_a_release_is_enough(release):
    text = paper_table(release, "latex", study="tiny", below="interval")
    assert r"log\_gdp & $-$0.500 \\" in text
    assert "[$-$1.000, 0.000]" in text
    assert "F(4, 28) = 5.88, p = 0.0015" in text
    assert "5 partners are few." in text
    assert "5 partners" not in paper_table(release, "latex", study="tiny", has_caveats=False)


def test_a_study_that_is_not_there_is_told_with_those_that_are(release):
    with pytest.raises(NothingPublished, match=r"expected one of \['tiny'\]"):
        paper_table(release, "csv", study="huge")


def test_the_command_prints_the_table_and_nothing_else(release, monkeypatch):
    import flows.release

    monkeypatch.setattr(flows.release, "current_release", lambda settings: release.parent)
    options = ["table", "--study", "tiny", "--home", str(release.parent), "--stars", "--digits", "2"]
    answer = CliRunner().invoke(app, [*options, "--format", "markdown"])
    assert answer.exit_code == 0
    assert answer.output.startswith("|")
    assert r"-0.50\*" in answer.output
    missing = CliRunner().invoke(app, ["table", "--study", "huge", "--home", str(release.parent)])
    assert (missing.exit_code, missing.output.strip()) == (
        2,
        "study 'huge' is not published: expected one of ['tiny']",
    )


def test_every_option_of_the_command_reaches_the_table(release, monkeypatch):
    import flows.paper_table
    import flows.release

    asked = {}
    monkeypatch.setattr(flows.release, "current_release", lambda settings: release.parent)
    monkeypatch.setattr(
        flows.paper_table, "paper_table", lambda *what, **how: asked.update(how, what=what) or ""
    )
    told = (
        "--study tiny --format latex --model m --flow exports --fill-set full --specification a.b"
        " --specification c.d --all --below interval --stars --digits 1 --caption C --label L --no-caveats"
    )
    assert CliRunner().invoke(app, ["table", *told.split(), "--home", str(release.parent)]).exit_code == 0
    assert asked == {
        "what": (release, "latex"),
        "study": "tiny",
        "model": "m",
        "flow": "exports",
        "fill_set": "full",
        "specifications": ["a.b", "c.d"],
        "is_every_fit": True,
        "below": "interval",
        "stars": True,
        "digits": 1,
        "caption": "C",
        "label": "L",
        "has_caveats": False,
    }


def test_before_the_first_release_and_in_an_unknown_language_it_says_so(tmp_path):
    answer = CliRunner().invoke(app, ["table", "--study", "tiny", "--home", str(tmp_path)])
    assert answer.exit_code == 2
    assert "nothing is published" in answer.output
    assert CliRunner().invoke(app, ["table", "--study", "tiny", "--format", "word"]).exit_code == 2


def test_every_fit_is_written_where_all_are_asked_for(release):
    with writing(release) as connection:
        connection.execute(
            "insert into reporting.rpt_gravity_fit by name (select * replace ("
            "'fixed_effects.classical_t.full' as specification, 'fixed_effects' as estimator, "
            "false as is_selected) from reporting.rpt_gravity_fit)"
        )
        connection.execute(
            "insert into reporting.rpt_gravity_coefficients by name (select * replace ("
            "'fixed_effects.classical_t.full' as specification) from reporting.rpt_gravity_coefficients)"
        )
    assert "Fixed effects" not in paper_table(release, "csv", study="tiny")
    assert "Fixed effects" in paper_table(release, "csv", study="tiny", is_every_fit=True)
