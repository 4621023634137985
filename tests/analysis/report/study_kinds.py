"""Made-up frames of the other kinds of study: facilitation, digital trade, national monitor, all partners."""

from __future__ import annotations

import itertools
import math

import pandas as pd

from analysis.report.map import capitals

DIMENSIONS = ("Logistics", "Customs", "Regulation")
PARKS = "Industrial parks"
WHY_NO_PARKS = "No series of industrial parks is known."
JOINED_LATE = "Joined on 2024-07-04, after the study's last year, 2020."
MEMBERS = {
    "CHN": ("China", 0.9),
    "KAZ": ("Kazakhstan", 0.6),
    "PAK": ("Pakistan", 0.3),
    "BLR": ("Belarus", 0.5),
}
GROWTH = ("growth_printed_pct", "growth_bound")
SERVICES_GAP = range(2015, 2018)


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows)


def dimension_rows() -> pd.DataFrame:
    """Scores by country, year and dimension: Kazakhstan and Pakistan bind by logistics, parks unmeasured."""
    rows = []
    for (iso3, (name, level)), year in itertools.product(MEMBERS.items(), (2019, 2020)):
        for position, dimension in enumerate((*DIMENSIONS, PARKS), start=1):
            is_measured = dimension != PARKS
            score = round(level - 0.1 * (dimension == "Logistics") + 0.02 * position, 4)
            rows.append(
                {
                    "study": "sco",
                    "country_iso3": iso3,
                    "country_name": name,
                    "year": year,
                    "dimension": dimension,
                    "position": position,
                    "is_measured": is_measured,
                    "score": score if is_measured else None,
                    "dimension_rank": 2 if is_measured else None,
                    "rank_best": 1 if is_measured else None,
                    "rank_worst": 3 if is_measured else None,
                    "is_binding": dimension == "Logistics",
                    "binding_share": 0.75 if dimension == "Logistics" else 0.0,
                    "gap_to_best": 0.1,
                    "best_countries": "CHN",
                    "filled_share": 0.6 if dimension == "Customs" else 0.0,
                    "missing_indicators": "LP.EXP.DURS.MD" if iso3 == "PAK" else None,
                    "way_count": 8,
                    "caveat": None if is_measured else WHY_NO_PARKS,
                }
            )
    return _frame(rows)


def gap_rows() -> pd.DataFrame:
    """Both views of membership; Belarus is no member then, and the gain of Kazakhstan has an interval."""
    rows = []
    for view in ("members_now", "members_then"):
        made = dimension_rows().assign(membership_view=view, group_code="SCO")
        made["is_member"] = (made["country_iso3"] != "BLR") | (view == "members_now")
        made["joined_date"] = pd.Timestamp("2001-06-15")
        made.loc[made["country_iso3"] == "BLR", "joined_date"] = pd.Timestamp("2024-07-04")
        made["rank_in_group"], made["ranked_member_count"] = 1, made["is_member"].sum() // 8
        made["rank_best_in_panel"], made["rank_worst_in_panel"] = 1, 4
        made["best_member_score"], made["best_members"] = 0.9, "CHN"
        made["empty_reason"] = made["caveat"]
        outside = ~made["is_member"]
        made.loc[outside, "empty_reason"] = JOINED_LATE
        made.loc[outside, ["is_measured", "is_binding"]] = False
        made.loc[outside, "score"] = None
        has_gain = (made["country_iso3"] == "KAZ") & made["is_binding"] & (made["year"] == 2020)
        made["scenario"] = has_gain.map({True: "binding_to_best", False: None})
        made["gain_flow"] = has_gain.map({True: "total", False: None})
        for column, value in (("usd", 2e9), ("low_usd", -1e9), ("high_usd", 5e9), ("pct", 12.5)):
            made[f"gain_{column}"] = has_gain.map({True: value, False: None})
        made["is_gain_within_range"] = has_gain.map({True: False, False: None})
        made["gain_caveat"] = None
        rows.append(made)
    return pd.concat(rows, ignore_index=True)


def service_rows() -> pd.DataFrame:
    """Services of two members, the reference country and the world; Thailand has a gap in its exports."""
    rows = []
    places = {"SGP": "Singapore", "THA": "Thailand", "CHN": "China", "WLD": "World"}
    for (place, (iso3, name)), year in itertools.product(enumerate(places.items()), range(2012, 2021)):
        exports = (
            None if iso3 == "THA" and year in SERVICES_GAP else 1e10 * (4 - place) * 1.05 ** (year - 2012)
        )
        rows.append(
            {
                "study": "asean",
                "country_iso3": iso3,
                "country_name": name,
                "year": year,
                "is_member": iso3 in ("SGP", "THA"),
                "is_reference": iso3 == "CHN",
                "is_world": iso3 == "WLD",
                "dds_exports_usd": exports,
                "dds_imports_usd": 8e9 * 1.04 ** (year - 2012),
                "gap_reason": None if exports else "exports are not published",
                "dds_exports_growth_pct": 5.0 if exports and year > 2012 else None,
                "dds_imports_growth_pct": 4.0 if year > 2012 else None,
                "dds_exports_share_pct": 12.0,
                "dds_exports_world_share_pct": 1.5,
                "dds_exports_revealed_advantage": None if exports is None else 1.8 - 0.9 * place,
                "dds_exports_rank": place + 1 if place < 2 else None,
                "ranked_count": 2,
                "is_world_incomplete_sum": False,
            }
        )
    return _frame(rows)


def service_summary_rows() -> pd.DataFrame:
    row: dict[str, object] = {
        "study": "asean",
        "country_iso3": "THA",
        "country_name": "Thailand",
        "is_member": True,
        "is_reference": False,
        "is_world": False,
    }
    for flow in ("dds_exports", "dds_imports"):
        row |= {f"{flow}_first_year": 2012, f"{flow}_last_year": 2020, f"{flow}_average_growth_pct": 5.0}
        row[f"{flow}_missing_years"] = "2015-2017" if flow == "dds_exports" else None
    return _frame([row])


def rule_rows() -> pd.DataFrame:
    """Two agreements: one digital and in force for both, one whose day is disputed and not settled."""
    rows = []
    for iso3, code in itertools.product(("SGP", "THA"), ("RCEP", "OLD_FTA")):
        is_digital = code == "RCEP"
        if (iso3, code) == ("THA", "OLD_FTA"):
            continue
        rows.append(
            {
                "study": "asean",
                "partner_iso3": iso3,
                "partner_name": {"SGP": "Singapore", "THA": "Thailand"}[iso3],
                "agreement_code": code,
                "agreement_name": "Regional Comprehensive Economic Partnership"
                if is_digital
                else "Old agreement",
                "status": "in_force",
                "is_in_force": True,
                "valid_from": pd.Timestamp("2022-01-01" if is_digital else "2005-07-20"),
                "valid_to": pd.NaT,
                "is_date_disputed": not is_digital,
                "other_valid_from": pd.NaT if is_digital else pd.Timestamp("2005-07-01"),
                "is_date_unsettled": not is_digital,
                "confidence": "B",
                "source_url": "https://example.org/agreements?page=1",
                "digital_provisions": "chapter" if is_digital else "none",
                "has_digital_provisions": is_digital,
                "digital_provisions_note": "chapter 12" if is_digital else "trade in goods",
                "provisions_source_url": "javascript:alert(1)",
            }
        )
    return _frame(rows)


def constraint_rows() -> pd.DataFrame:
    """Pillars of three countries; Thailand has no score of services in the later year."""
    rows = []
    for (iso3, name), year in itertools.product(
        {"SGP": "Singapore", "THA": "Thailand", "CHN": "China"}.items(), (2019, 2020)
    ):
        is_incomplete = iso3 == "THA" and year == 2020
        scores = {"digital_base": 0.9, "digital_services": None if is_incomplete else 0.4}
        scores["rules_and_governance"] = 0.7 if iso3 != "THA" else 0.15
        weakest = "rules_and_governance" if iso3 == "THA" else "digital_services"
        row: dict[str, object] = {
            "study": "asean",
            "country_iso3": iso3,
            "country_name": name,
            "year": year,
            "is_member": iso3 != "CHN",
            "is_reference": iso3 == "CHN",
            "weakest_pillar": weakest,
            "weakest_margin": 0.3,
            "is_weakest_by_either_scale": iso3 != "THA",
            "is_complete": not is_incomplete,
            "unscored_pillars": "digital_services" if is_incomplete else None,
            "missing_measures": "digital_services: exports not published" if is_incomplete else None,
        }
        for pillar, score in scores.items():
            row |= {
                f"{pillar}_score": score,
                f"{pillar}_rank": None if score is None else 1,
                f"{pillar}_ranked_count": 3,
            }
        rows.append(row)
    return _frame(rows)


def monitor_rows() -> pd.DataFrame:
    """A survey with contradicted, circular and plain growth; goods trade; a platform's city and sector."""
    survey, goods, platform = ("survey", "Survey total"), ("goods", "Goods trade"), ("platform", "A platform")
    page = "https://example.org/figures"
    levels = {
        (*survey, "2020"): (1.69e12, 2.615e11, 31.1, None, False, True, "circular", 5.25),
        (*survey, "2021"): (1.98e12, None, 15.0, 17.16, True, False, "contradicted", 5.06),
        (*survey, "2022"): (
            2.1e12,
            None,
            7.1,
            6.06,
            True,
            False,
            "contradicted within rounding of levels",
            4.9,
        ),
        (*survey, "2023"): (2.38e12, None, 13.3, 13.33, False, False, "agrees", 5.7),
        (*goods, "2020"): (3.216e13, None, 1.9, None, False, False, "no base", None),
    }
    names = "concept concept_title period value_cny value_usd growth_printed_pct growth_computed_pct "
    names += "is_growth_contradicted is_growth_circular growth_check share_of_goods_trade_pct"
    frame = pd.DataFrame([(*key, *values) for key, values in levels.items()], columns=names.split())
    frame = frame.assign(
        flow="total", breakdown="all", item="all", rank=None, growth_bound=None, source_url=page
    )
    items = pd.DataFrame(
        [
            (*platform, "2020", "exports", "city", "Shenzhen", 1, None, None, "not a page"),
            (*platform, "2020", "exports", "sector", "apparel", None, 100.0, "above", page),
        ],
        columns=[*names.split()[:3], "flow", "breakdown", "item", "rank", *GROWTH, "source_url"],
    )
    frame = pd.concat([frame, items.astype(object)], ignore_index=True)
    frame["status"], frame["is_main_figure"] = "reported", True
    frame.loc[frame["period"] == "2021", "status"] = "preliminary"
    frame.insert(0, "study", "china_monitor")
    frame["period_type"], frame["year"] = "year", frame["period"].astype(int)
    frame["source_publisher"] = "A paper"
    empty = (
        "period_date",
        "item_name",
        "item_count",
        "item_count_bound",
        "growth_base_period",
        "caveat",
        "notes",
    )
    for name in (*empty, "share_of_goods_trade_origin", "share_of_flow_pct"):
        frame[name] = None
    return frame


def concept_rows() -> pd.DataFrame:
    names = ("survey", "goods", "platform", "modes")
    titles = ("Survey total", "Goods trade", "A platform", "Supervision modes")
    return pd.DataFrame(
        {
            "study": "china_monitor",
            "concept": names,
            "position": range(1, 5),
            "concept_title": titles,
            "concept_definition": "what is counted",
            "row_count": [4, 1, 2, 0],
            "empty_reason": [None, None, None, "No download by mode has been landed."],
        }
    )


def world_rows(years: range = range(2010, 2021)) -> dict[str, pd.DataFrame]:
    """K of every country that the map knows, with intervals, published ranks and two groups."""
    partners = sorted(code for code in capitals() if code != "CHN")
    cells = pd.MultiIndex.from_product([partners, years], names=["partner_iso3", "year"]).to_frame(
        index=False
    )
    ratio = [math.exp(0.6 * math.sin(12.9898 * n)) for n in range(len(cells))]
    potential = cells.assign(
        study="world",
        model="all",
        specification="ppml.cr1.none",
        flow="total",
        partner_name=cells["partner_iso3"],
        actual_trade_usd=[1e9 * k * (1 + n % 7) ** 2 for n, k in enumerate(ratio)],
        potential_ratio=ratio,
        potential_ratio_low=[0.7 * k for k in ratio],
        potential_ratio_high=[1.4 * k for k in ratio],
        interval_level=0.95,
        class_probability=0.7,
        filled_share=0.0,
        is_selected=True,
        caveat=None,
    )
    potential["predicted_trade_usd"] = potential["actual_trade_usd"] / potential["potential_ratio"]
    potential["potential_gap_usd"] = potential["predicted_trade_usd"] - potential["actual_trade_usd"]
    potential["potential_class"] = [
        "huge potential" if k < 0.8 else "potential expansion" if k <= 1.2 else "potential reshaping"
        for k in ratio
    ]
    ranking = potential[["study", "flow", "year", "partner_iso3"]].copy()
    ranking["potential_rank"] = potential.groupby("year")["potential_ratio"].rank(ascending=False)
    ranking["rank_low"] = (ranking["potential_rank"] - 30).clip(lower=1)
    ranking["rank_high"] = (ranking["potential_rank"] + 30).clip(upper=len(partners))
    ranking["ranked_count"] = len(partners)
    return {
        "rpt_trade_potential": potential,
        "rpt_trade_potential_ranking": ranking,
        "rpt_trade_potential_by_group": group_rows(years),
    }


def group_rows(years: range) -> pd.DataFrame:
    """Two overlapping groups and all partners; the first has other members then than now."""
    rows = []
    groups = (("SCO", "Shanghai Cooperation Organisation", "agreement"), ("world", "All the world", "study"))
    for (code, name, kind), view, year in itertools.product(groups, ("members_now", "members_then"), years):
        members = 9 if (code, view) == ("SCO", "members_now") else 7 if code == "SCO" else 190
        ratio = 0.7 + 0.03 * (year - years[0])
        rows.append(
            {
                "study": "world",
                "model": "all",
                "specification": "ppml.cr1.none",
                "flow": "total",
                "group_code": code,
                "membership_view": view,
                "year": year,
                "group_name": name,
                "group_kind": kind,
                "member_count": members,
                "covered_member_count": members - 1,
                "actual_trade_usd": 1e11 * ratio,
                "predicted_trade_usd": 1e11,
                "potential_ratio": ratio,
                "potential_class": "huge potential" if ratio < 0.8 else "potential expansion",
                "potential_gap_usd": 1e11 - 1e11 * ratio,
                "is_selected": True,
                "overlaps_with": "world" if code == "SCO" else "SCO",
                "caveat": None,
            }
        )
    return _frame(rows)


def profile_rows(codes: list[str]) -> pd.DataFrame:
    """A profile of each country in two years; the later year tells nothing of the first country."""
    rows = []
    for (place, iso3), year in itertools.product(enumerate(codes), (2019, 2020)):
        is_told = place > 0 or year == 2019
        row: dict[str, object] = {
            "country_iso3": iso3,
            "country_name": f"Land {iso3}",
            "year": year,
            "region": ("East Asia", "Europe", None)[place % 3],
            "member_of": "SCO, WTO",
            "potential_study": "world",
            "actual_trade_usd": 1e9,
            "potential_ratio": 0.5 + 0.01 * place if is_told else None,
            "potential_ratio_low": 0.4,
            "potential_ratio_high": 1.6,
            "potential_class": "huge potential",
            "class_probability": 0.4,
            "potential_rank": place + 1,
            "potential_ranked_count": len(codes),
            "potential_study_count": 2,
            "lowest_potential_ratio": 0.5,
            "highest_potential_ratio": 0.9,
            "binding_dimension": "Logistics",
            "binding_share": 0.8,
            "binding_study": "sco",
            "weakest_digital_pillar": "digital_services",
            "is_weakest_digital_pillar_robust": place % 2 == 0,
            "digital_pillar_study": "asean",
        }
        for name in ("cbec_index", "facilitation_index", "digital_base_index"):
            row |= {f"{name}_study": "sco", f"{name}_value": 0.5 if is_told else None}
            row |= {f"{name}_rank": 2, f"{name}_ranked_count": 9}
        rows.append(row)
    return _frame(rows)


def status_rows() -> pd.DataFrame:
    """Why the monitor has no coefficients; a table with rows has no reason."""
    return pd.DataFrame(
        {
            "table_name": ["rpt_gravity_fit", "rpt_china_cbec_monitor"],
            "study": ["china_monitor", "china_monitor"],
            "row_count": [0, 7],
            "empty_reason": ["Has rows for studies with gravity equations.", None],
        }
    )


def study_rows() -> pd.DataFrame:
    titles = {
        "sco": "Trade facilitation in the SCO",
        "asean": "Digital trade with ASEAN",
        "china_monitor": "China's national figures",
        "world": "China and all its partners",
    }
    return pd.DataFrame(
        {
            "study": titles.keys(),
            "title": titles.values(),
            "question": None,
            "reference_iso3": "CHN",
            "as_of_date": None,
            "base_fill_set": None,
            "index_role": ["trade_facilitation", "digital_base", None, None],
            "index_title": ["mean of dimensions", "mean of shares", None, None],
        }
    )


def kinds_frames() -> dict[str, pd.DataFrame]:
    """Published frames of the four studies together."""
    return {
        "dim_study": study_rows(),
        "rpt_index_dimensions": dimension_rows(),
        "rpt_facilitation_gap": gap_rows(),
        "rpt_digital_services": service_rows(),
        "rpt_digital_services_summary": service_summary_rows(),
        "rpt_digital_rules": rule_rows(),
        "rpt_digital_constraints": constraint_rows(),
        "rpt_china_cbec_monitor": monitor_rows(),
        "rpt_china_cbec_concepts": concept_rows(),
        **world_rows(),
        "dim_country": pd.DataFrame(
            {
                "country_iso3": [*MEMBERS, "SGP", "THA"],
                "country_name": [*(name for name, _ in MEMBERS.values()), "Singapore", "Thailand"],
            }
        ),
        "rpt_country_profile": profile_rows(["KAZ", "PAK", "SGP"]),
        "meta.table_status": status_rows(),
    }
