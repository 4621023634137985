"""Small tables of trade between pairs and of places by potential in which there is nothing to object to."""

from __future__ import annotations

import pandas as pd

STUDY = "world"


def pair_panel() -> pd.DataFrame:
    """Nine flows of which one is the source's own estimate."""
    flows = [("AAA", "BBB"), ("BBB", "AAA"), ("AAA", "CCC")]
    rows = [(exporter, importer, year) for exporter, importer in flows for year in (2018, 2019, 2020)]
    frame = pd.DataFrame(rows, columns=["exporter_iso3", "importer_iso3", "year"]).assign(
        study=STUDY,
        value_final_usd=5.0e6,
        value_exporter_usd=5.0e6,
        value_importer_usd=5.3e6,
        value_estimated_usd=float("nan"),
        value_origin="reported",
        distance_km=400.0,
    )
    own = ["value_final_usd", "value_exporter_usd", "value_importer_usd"]
    frame.loc[8, own] = float("nan")
    frame.loc[8, "value_estimated_usd"] = 0.0
    frame.loc[8, "value_origin"] = "estimated"
    return frame


def pair_fit() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "study": [STUDY],
            "model": ["blocs"],
            "flow": ["final"],
            "specification": ["ppml.pair.cr1_pair_normal"],
            "n_pair_years": [1000],
            "n_outside": [100],
            "n_domestic": [10],
            "n_trade_missing": [50],
            "n_terms_missing": [30],
            "n_singletons": [7],
            "n_separated": [3],
            "n_obs": [800],
            "n_effect_levels": [200],
        }
    )


def pair_coefficients() -> pd.DataFrame:
    terms = ["both_club", "agreement"]
    return pd.DataFrame(
        {
            "study": STUDY,
            "model": "blocs",
            "flow": "final",
            "specification": "ppml.pair.cr1_pair_normal",
            "term": terms,
            "estimate": [0.1, 0.2],
            "std_error": [0.05, 0.1],
            "ci_low": [0.0, 0.0],
            "ci_high": [0.2, 0.4],
            "p_value": [0.05, 0.05],
            "effect_pct": [10.5, 22.1],
            "n_clusters": 60,
            "is_dropped": False,
        }
    )


def ranking() -> pd.DataFrame:
    """Four partners, two of which may change places."""
    return pd.DataFrame(
        {
            "study": STUDY,
            "flow": "total",
            "year": 2020,
            "partner_iso3": ["AAA", "BBB", "CCC", "DDD"],
            "potential_ratio": [3.0, 1.0, 0.9, 0.2],
            "potential_rank": [1, 2, 3, 4],
            "rank_low": [1, 2, 2, 4],
            "rank_high": [1, 3, 3, 4],
            "ranked_count": 4,
        }
    )
