"""What may be passed on: each published table says so, and a release of what may be leaves the rest out."""

from __future__ import annotations

import pandas as pd
import pytest

from flows.lineage import Lineage
from flows.redistribution import TableTerms, left_out_sources, terms_of

FILES = pd.DataFrame(
    [
        ("open_data", "loaded", "allowed", "CC BY 4.0"),
        ("closed_data", "loaded", "not_allowed", "no re-dissemination"),
        ("mixed", "loaded", "allowed", "written permission"),
        ("mixed", "loaded", "not_allowed", "no re-dissemination"),
        ("silent", "loaded", None, None),
        ("refused_data", "refused", "not_allowed", "no re-dissemination"),
    ],
    columns=["source", "status", "redistribution", "licence"],
)


@pytest.fixture
def lineage() -> Lineage:
    behind = {
        "fct_open": ("open_data",),
        "fct_closed": ("open_data", "closed_data", "refused_data"),
        "fct_mixed": ("mixed",),
        "fct_silent": ("open_data", "silent"),
        "dim_seeded": (),
    }
    relations = {f"source.{source}": f"raw.{source}__t" for source in set(FILES["source"])}
    relations |= {f"model.{name}": f"marts.{name}" for name in behind}
    parents = {f"model.{name}": tuple(f"source.{s}" for s in found) for name, found in behind.items()}
    return Lineage(parents, relations)


def terms(lineage: Lineage, name: str, *, is_redistributable: bool = False) -> TableTerms:
    return terms_of([f"marts.{name}"], lineage, FILES, is_redistributable=is_redistributable)[f"marts.{name}"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fct_open", "allowed"),
        ("fct_closed", "not_allowed"),
        ("fct_mixed", "not_allowed"),
        ("fct_silent", "unknown"),
        ("dim_seeded", ""),
    ],
)
def test_a_table_may_be_passed_on_as_far_as_the_strictest_file_behind_it(
    lineage: Lineage, name: str, expected: str
):
    assert terms(lineage, name).redistribution == expected


def test_a_table_names_the_sources_that_forbid_it_and_those_of_which_nothing_is_known(lineage: Lineage):
    assert terms(lineage, "fct_open").note == ""
    assert terms(lineage, "fct_closed").note == (
        "Not to be passed on: made with figures of closed_data, whose terms do not allow it."
    )
    assert terms(lineage, "fct_silent").note == "Whether figures of silent may be passed on is not known."


def test_a_release_that_may_be_passed_on_says_what_it_left_out(lineage: Lineage):
    closed = terms(lineage, "fct_closed", is_redistributable=True)
    assert closed.redistribution == "allowed"
    assert closed.licences == ("CC BY 4.0",)
    assert closed.note == "Left out, as its terms do not allow passing on: closed_data."
    assert left_out_sources(FILES, is_redistributable=True) == ["closed_data", "mixed"]
    assert left_out_sources(FILES, is_redistributable=False) == []


def test_a_source_of_which_some_files_alone_are_left_out_is_told_twice(lineage: Lineage):
    mixed = terms(lineage, "fct_mixed", is_redistributable=True)
    assert [(found.redistribution, found.is_left_out) for found in mixed.sources] == [
        ("allowed", False),
        ("not_allowed", True),
    ]
    assert mixed.redistribution == "allowed"
