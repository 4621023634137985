"""Small published tables of digital trade in which there is nothing to object to."""

from __future__ import annotations

import pandas as pd

STUDY = "asean"
MEMBERS = ("SGP", "THA")


def services() -> pd.DataFrame:
    """The world and two members in two years; one of the members publishes no exports in the second."""
    columns = [
        *(
            "country_iso3",
            "year",
            "is_world",
            "is_member",
            "has_exports",
            "dds_exports_usd",
            "dds_imports_usd",
        ),
        *("total_exports_usd", "dds_exports_share_pct", "dds_exports_growth_pct"),
        *("dds_exports_revealed_advantage", "gap_reason"),
    ]
    none = None
    rows = [
        ("WLD", 2022, True, False, True, 4.0e12, 4.1e12, 3.2e13, 12.5, none, 1.0, none),
        ("WLD", 2023, True, False, True, 4.5e12, 4.4e12, 3.2e13, 14.1, 12.5, 1.0, none),
        ("SGP", 2022, False, True, True, 2.0e11, 1.8e11, 8.0e11, 25.0, none, 2.0, none),
        ("SGP", 2023, False, True, True, 2.2e11, 1.9e11, 8.0e11, 27.5, 10.0, 1.96, none),
        ("THA", 2022, False, True, True, 1.5e10, 2.5e10, 3.2e11, 4.7, none, 0.38, none),
        (
            "THA",
            2023,
            False,
            True,
            False,
            none,
            2.6e10,
            3.3e11,
            none,
            none,
            none,
            "not published",
        ),
    ]
    frame = pd.DataFrame(rows, columns=columns).assign(study=STUDY)
    frame["dds_balance_usd"] = frame["dds_exports_usd"] - frame["dds_imports_usd"]
    frame["is_world_incomplete_sum"] = frame["is_world"].map({True: False})
    return frame


def constraints() -> pd.DataFrame:
    """Two members, one of them with two of the three pillars."""
    columns = [
        *("country_iso3", "is_member", "is_complete", "scored_pillars_count", "digital_base_score"),
        *("digital_services_score", "rules_and_governance_score", "weakest_pillar"),
        *("is_weakest_by_either_scale", "missing_measures"),
    ]
    rows = [
        ("SGP", True, True, 3, 1.0, 0.9, 0.8, "rules_and_governance", True, None),
        (
            "THA",
            True,
            False,
            2,
            0.4,
            None,
            0.3,
            "rules_and_governance",
            True,
            "dds_exports_revealed_advantage",
        ),
    ]
    return pd.DataFrame(rows, columns=columns).assign(study=STUDY, year=2020)


def rules() -> pd.DataFrame:
    """An agreement in force since a settled day, one whose pages differ, and one that is only signed."""
    columns = [
        *("agreement_code", "status", "is_in_force", "valid_from", "other_valid_from", "is_date_disputed"),
        *("is_date_unsettled", "confidence"),
    ]
    day, other = pd.Timestamp("2005-07-01"), pd.Timestamp("2005-07-20")
    rows = [
        ("ACFTA", "in force", True, day, pd.NaT, False, False, "A"),
        ("RCEP", "in force", True, day, other, True, False, "B"),
        ("DEPA", "signed", False, pd.NaT, pd.NaT, False, False, "A"),
    ]
    return pd.DataFrame(rows, columns=columns).assign(
        study=STUDY, partner_iso3="SGP", source_url="https://page.example"
    )


def rules_by_year() -> pd.DataFrame:
    """Two years, in the second one more agreement; TAPED has nothing on that one."""
    columns = [
        *("year", "agreements_in_force_count", "digital_agreements_in_force_count", "agreements_in_force"),
        "is_at_odds_with_taped",
    ]
    rows = [(2021, 1, 0, "ACFTA", False), (2022, 2, 1, "ACFTA, RCEP", None)]
    return pd.DataFrame(rows, columns=columns).assign(study=STUDY, partner_iso3="SGP")
