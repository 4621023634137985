"""What is behind a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.lineage import Lineage


@pytest.fixture
def lineage(tmp_path: Path) -> Lineage:
    def node(schema: str, name: str, kind: str = "model", identifier: str | None = None) -> dict:
        found = {"schema": schema, "name": name, "alias": name, "resource_type": kind}
        return {**found, "identifier": identifier} if identifier else found

    manifest = {
        "nodes": {
            "model.serai.stg_worldbank_wdi__observations": node("staging", "stg_worldbank_wdi__observations"),
            "model.serai.stg_imf_dots__flows": node("staging", "stg_imf_dots__flows"),
            "model.serai.fct_study_panel": node("marts", "fct_study_panel"),
            "model.serai.fct_pair_panel": node("marts", "fct_pair_panel"),
            "model.serai.dim_country_group": node("marts", "dim_country_group"),
            "model.serai.rpt_cbec_index": node("reporting", "rpt_cbec_index"),
            "model.serai.rpt_pair_gravity_fit": node("reporting", "rpt_pair_gravity_fit"),
            "model.serai.rpt_other": node("reporting", "rpt_other"),
            "test.serai.t": node("tests", "t", "test"),
        },
        "sources": {
            "source.serai.worldbank_wdi.observations": node(
                "raw", "observations", "source", "worldbank_wdi__observations"
            ),
            "source.serai.imf_dots.flows": node("raw", "flows", "source", "imf_dots__flows"),
            "source.serai.serai.studies": node("raw", "studies", "source", "serai__studies"),
            "source.serai.estimates.cbec_index": node("estimates", "cbec_index", "source"),
            "source.serai.estimates.pair_gravity_fit": node("estimates", "pair_gravity_fit", "source"),
        },
        "parent_map": {
            "model.serai.stg_worldbank_wdi__observations": ["source.serai.worldbank_wdi.observations"],
            "model.serai.stg_imf_dots__flows": ["source.serai.imf_dots.flows"],
            "model.serai.fct_study_panel": [
                "model.serai.stg_worldbank_wdi__observations",
                "source.serai.serai.studies",
            ],
            "model.serai.rpt_cbec_index": ["source.serai.estimates.cbec_index"],
            "model.serai.fct_pair_panel": ["model.serai.stg_imf_dots__flows"],
            "model.serai.dim_country_group": [],
            "model.serai.rpt_pair_gravity_fit": ["source.serai.estimates.pair_gravity_fit"],
            "model.serai.rpt_other": ["model.serai.stg_imf_dots__flows"],
            "source.serai.estimates.cbec_index": [],
        },
    }
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Lineage.of_build(tmp_path)


def test_the_graph_goes_on_behind_an_estimate(lineage: Lineage):
    assert lineage.behind("reporting.rpt_cbec_index") == {
        "estimates.cbec_index",
        "marts.fct_study_panel",
        "staging.stg_worldbank_wdi__observations",
        "raw.worldbank_wdi__observations",
        "raw.serai__studies",
    }


def test_gravity_between_pairs_rests_on_trade_and_memberships_and_not_on_the_panel_of_partners(
    lineage: Lineage,
):
    assert lineage.behind("reporting.rpt_pair_gravity_fit") == {
        "estimates.pair_gravity_fit",
        "marts.fct_pair_panel",
        "marts.dim_country_group",
        "staging.stg_imf_dots__flows",
        "raw.imf_dots__flows",
    }
    assert lineage.raw_sources("reporting.rpt_pair_gravity_fit") == {"imf_dots"}


def test_only_landed_sources_count_as_sources(lineage: Lineage):
    assert lineage.raw_sources("reporting.rpt_cbec_index") == {"worldbank_wdi"}
    assert lineage.raw_sources("reporting.rpt_other") == {"imf_dots"}


def test_an_unknown_table_is_named(lineage: Lineage):
    with pytest.raises(KeyError, match=r"reporting\.rpt_nothing"):
        lineage.behind("reporting.rpt_nothing")
