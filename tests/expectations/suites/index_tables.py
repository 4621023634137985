"""Small published tables of an index's robustness in which there is nothing to object to."""

from __future__ import annotations

import pandas as pd

CELLS = [("KAZ", 2019, 0.9, 1), ("KAZ", 2020, 1.0, 1), ("KGZ", 2019, 0.0, 2), ("KGZ", 2020, 0.4, 2)]


def variants() -> pd.DataFrame:
    """The published index and one variant of it."""
    rows = [
        ("central_asia", variant, *cell, variant == 1, "carry_proxy", "z_score pooled", weights)
        for variant, weights in ((1, "variance_share"), (2, "equal"))
        for cell in CELLS
    ]
    return pd.DataFrame(
        rows,
        columns=[
            "study",
            "variant",
            "country_iso3",
            "year",
            "index_value",
            "index_rank",
            "is_reference",
            "fill_set",
            "scaling",
            "weights",
        ],
    ).assign(aggregation="arithmetic", variant_kind="choices")


def robustness() -> pd.DataFrame:
    """Three kinds of perturbation, none of which moves a rank."""
    rows = [
        ("central_asia", kind, country, year, value, rank, count)
        for kind, count in (("choices", 16), ("resampling", 999), ("without_indicator", 11))
        for country, year, value, rank in CELLS
    ]
    frame = pd.DataFrame(
        rows,
        columns=[
            "study",
            "perturbation_kind",
            "country_iso3",
            "year",
            "index_value",
            "index_rank",
            "variant_count",
        ],
    )
    ranks = ("rank_low", "rank_high", "rank_best", "rank_worst")
    return frame.assign(
        index_low=frame["index_value"] * 0.9,
        index_high=1 - (1 - frame["index_value"]) * 0.9,
        same_rank_share=1.0,
        **dict.fromkeys(ranks, frame["index_rank"]),
    )


def sensitivity() -> pd.DataFrame:
    """Two factors that share the variance with some interplay."""
    return pd.DataFrame(
        [
            ("central_asia", outcome, factor, first, total)
            for outcome in ("index_rank", "index_value")
            for factor, first, total in (("fill_set", 0.1, 0.3), ("weights", 0.7, 0.9))
        ],
        columns=["study", "outcome", "factor", "first_order_share", "total_share"],
    ).assign(level_labels="one; another")


def dimensions() -> pd.DataFrame:
    """Two dimensions of two countries, and one that nobody measures."""
    rows = [
        ("KAZ", "Logistics", 1.0, 1, 1, 1, 0.2, True),
        ("KGZ", "Logistics", 0.0, 2, 2, 2, 0.2, True),
        ("KAZ", "Customs", 0.4, 2, 1, 2, 0.0, True),
        ("KGZ", "Customs", 0.6, 1, 1, 2, 0.0, True),
        ("KAZ", "Industrial parks", None, None, None, None, None, False),
        ("KGZ", "Industrial parks", None, None, None, None, None, False),
    ]
    columns = ["country_iso3", "dimension", "score", "dimension_rank", "rank_best", "rank_worst"]
    frame = pd.DataFrame(rows, columns=[*columns, "filled_share", "is_measured"])
    return frame.assign(study="central_asia", year=2020)


def facilitation_gap() -> pd.DataFrame:
    """Three countries in one dimension, the last of them not yet a member."""
    rows = [
        ("KAZ", 1.0, 1, 2, 0.0, True, True, None, False, None),
        ("KGZ", 0.4, 2, 2, 0.6, True, True, None, True, 7e8),
        ("IRN", None, None, 2, None, False, False, "Joined after the study's last year.", False, None),
    ]
    columns = ["country_iso3", "score", "rank_in_group", "ranked_member_count", "gap_to_best"]
    columns += ["is_member", "is_measured", "empty_reason", "is_binding", "gain_usd"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        study="central_asia", membership_view="members_then", year=2020, dimension="Logistics"
    )
