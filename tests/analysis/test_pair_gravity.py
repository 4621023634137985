"""A study's equations of pairs: published numbers, memberships by date, every row accounted for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from analysis.pair_gravity import estimate_pair_gravity
from analysis.study.pair_gravity import PairGravity
from analysis.tables.pair_gravity import PAIR_KEYS, PAIR_SCHEMAS
from analysis.tables.schema import BUILT_FROM
from tests.analysis.gravity.test_pair_ppml import fitted, simulated

REASON = "What joining does to trade is told by pairs that join, not by one country's partners."
ROWS = [
    "n_outside",
    "n_domestic",
    "n_trade_missing",
    "n_terms_missing",
    "n_singletons",
    "n_separated",
    "n_obs",
]


def specification(**changes) -> PairGravity:
    content = {
        "reason": REASON,
        "terms": [
            {"term": "in_club", "co_members_of": "CLUB", "membership_rule": "member_on_31dec"},
            {"term": "tariff", "product_of": ["tariff_pct"]},
        ],
        "models": [{"model": "three_way", "title": "All effects", "terms": ["in_club", "tariff"]}],
        **changes,
    }
    return PairGravity.model_validate(content)


@pytest.fixture
def pairs() -> pd.DataFrame:
    frame = simulated()
    return frame.rename(
        columns={
            "exporter": "exporter_iso3",
            "importer": "importer_iso3",
            "trade": "value_final_usd",
            "tariff": "tariff_pct",
        }
    )


@pytest.fixture
def memberships(pairs) -> pd.DataFrame:
    """Countries 0 to 7 join in the year from which they have an agreement with themselves, by the pairs."""
    members = pairs[pairs["agreement"] == 1].groupby("exporter_iso3")["year"].min()
    rows = []
    for country in sorted(pairs["exporter_iso3"].unique()):
        for year in range(2000, 2006):
            is_in = bool(country in members and year >= members[country])
            rows.append(("CLUB", country, year, is_in, is_in, is_in and year > members[country], True))
    names = ["group_code", "country_iso3", "year", "member_on_31dec", "member_any_day", "member_full_year"]
    return pd.DataFrame(rows, columns=[*names, "current_members_fixed"])


def test_common_membership_is_the_pure_function_on_the_same_rows(pairs, memberships):
    tables = estimate_pair_gravity(specification(), pairs, memberships, study="club", study_hash="abc")
    found = tables["pair_gravity_coefficients"].set_index("term")
    own = memberships[memberships["member_on_31dec"]].set_index(["country_iso3", "year"]).index
    both = [
        (row.exporter_iso3, row.year) in own and (row.importer_iso3, row.year) in own
        for row in pairs.itertuples()
    ]
    expected = fitted(simulated().assign(agreement=np.array(both, dtype=float)))
    np.testing.assert_allclose(
        found.loc[["in_club", "tariff"], "estimate"], expected.fit.coefficients, rtol=1e-10
    )
    np.testing.assert_allclose(
        found.loc[["in_club", "tariff"], "std_error"], expected.fit.std_errors, rtol=1e-10
    )
    effect = found.loc["in_club"]
    assert effect["effect_pct"] == pytest.approx(100 * (np.exp(effect["estimate"]) - 1))
    assert effect["effect_low_pct"] < effect["effect_pct"] < effect["effect_high_pct"]
    assert np.isnan(found.loc["tariff", "effect_pct"])
    assert set(tables["pair_gravity_fit"]["study_hash"]) == {"abc"}


def test_tables_have_their_columns_and_every_row_is_accounted_for(pairs, memberships):
    holed = pairs.copy()
    holed.loc[5:9, "value_final_usd"] = np.nan
    holed.loc[20:22, "tariff_pct"] = np.nan
    home = pairs.iloc[:3].assign(importer_iso3=pairs["exporter_iso3"].iloc[:3], year=[2000, 2001, 2002])
    later = pairs.iloc[:4].assign(year=2006, importer_iso3=["C01", "C02", "C03", "C04"])
    frame = pd.concat([holed, home, later], ignore_index=True)
    tables = estimate_pair_gravity(specification(), frame, memberships, study="club")
    for name, table in tables.items():
        assert dict(table.dtypes.astype(str)) == {**PAIR_SCHEMAS[name], **dict.fromkeys(BUILT_FROM, "str")}
        assert not table.duplicated(list(PAIR_KEYS[name])).any()
    fit = tables["pair_gravity_fit"].iloc[0]
    assert fit[ROWS].sum() == fit["n_pair_years"] == len(frame)
    assert (fit["n_domestic"], fit["n_trade_missing"]) == (3, 5)
    # Of 2006 the list of members knows nothing: neither a member nor none.
    assert fit["n_terms_missing"] == 3 + 4
    assert "in_club in 4" in fit["caveat"]
    assert fit["n_zeros"] > 0
    assert fit["specification"] == "ppml.exporter_year+importer_year+pair.cr1_pair_normal"


def test_reports_of_either_side_and_reporters_of_a_group(pairs, memberships):
    names = ["NUL", "ONE", "TWO", "THR", "FOU", "FIV", "SIX", "SEV"]
    codes = {f"C{at:02d}": name for at, name in enumerate(names)}
    codes |= {"C08": "NIN", "C09": "TEN", "C10": "ELE", "C11": "TWE"}
    frame = pairs.assign(
        exporter_iso3=pairs["exporter_iso3"].map(codes),
        importer_iso3=pairs["importer_iso3"].map(codes),
        value_exporter_usd=pairs["value_final_usd"],
        value_importer_usd=2 * pairs["value_final_usd"],
    )
    asked = specification(
        flows=["exporter_report", "importer_report", "final"],
        reporters={"countries": ["NIN"], "group_codes": ["CLUB"]},
        importers={"countries": ["ONE", "TWO", "THR", "FOU", "FIV", "SIX"]},
        years={"first": 2001, "last": 2005},
        terms=[{"term": "tariff", "product_of": ["tariff_pct"]}],
        models=[
            {"model": "plain", "title": "Plain", "terms": ["tariff"], "effects": ["exporter", "importer"]}
        ],
    )
    members = memberships.assign(
        country_iso3=memberships["country_iso3"].map(codes), current_members_fixed=False
    )
    fits = estimate_pair_gravity(asked, frame, members, study="club")["pair_gravity_fit"].set_index("flow")
    reporters = {*members.loc[members["member_any_day"], "country_iso3"], "NIN"}
    inside = frame["year"].ge(2001) & frame["importer_iso3"].isin(["ONE", "TWO", "THR", "FOU", "FIV", "SIX"])
    by_exporter = inside & frame["exporter_iso3"].isin(reporters)
    by_importer = inside & frame["importer_iso3"].isin(reporters)
    assert fits.loc["exporter_report", "n_outside"] == (~by_exporter).sum()
    assert fits.loc["importer_report", "n_outside"] == (~by_importer).sum()
    assert fits.loc["final", "n_outside"] == (~(by_exporter | by_importer)).sum()
    assert 0 < by_exporter.sum() < inside.sum()


def test_the_rule_of_membership_decides_who_is_in(pairs, memberships):
    estimates = {}
    for rule in ("member_on_31dec", "member_full_year"):
        terms = [{"term": "in_club", "co_members_of": "CLUB", "membership_rule": rule}]
        models = [{"model": "three_way", "title": "All effects", "terms": ["in_club"]}]
        tables = estimate_pair_gravity(
            specification(terms=terms, models=models), pairs, memberships, study="club"
        )
        estimates[rule] = tables["pair_gravity_coefficients"]["estimate"].iloc[0]
    assert estimates["member_on_31dec"] != estimates["member_full_year"]


def test_an_absorbed_term_and_a_refused_equation_stay_visible(pairs, memberships):
    frame = pairs.assign(language=(pairs["exporter_iso3"] < pairs["importer_iso3"]).astype(float))
    terms = [
        {"term": "language", "product_of": ["language"]},
        {"term": "tariff", "product_of": ["tariff_pct"]},
    ]
    models = [{"model": "three_way", "title": "All effects", "terms": ["language", "tariff"]}]
    asked = specification(terms=terms, models=models)
    tables = estimate_pair_gravity(asked, frame, study="club")
    dropped = tables["pair_gravity_coefficients"].set_index("term").loc["language"]
    assert dropped["is_dropped"]
    assert np.isnan(dropped["estimate"])
    assert dropped["caveat"].startswith("Not estimated: the effects absorb the term")
    nothing = estimate_pair_gravity(asked, frame.assign(value_final_usd=0.0), study="club")
    assert nothing["pair_gravity_coefficients"].empty
    assert nothing["pair_gravity_fit"]["caveat"].str.startswith("Not estimated: no row is left").all()


def test_the_same_bytes_for_any_order_of_rows(pairs, memberships):
    first = estimate_pair_gravity(specification(), pairs, memberships, study="club")
    shuffled = pairs.sample(frac=1, random_state=2), memberships.sample(frac=1, random_state=3)
    second = estimate_pair_gravity(specification(), *shuffled, study="club")
    for name in first:
        pd.testing.assert_frame_equal(first[name], second[name], check_exact=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop(columns="tariff_pct"), "expected .'tariff_pct'. among them"),
        (lambda frame: pd.concat([frame, frame.iloc[:1]]), "C00 C01 2000 more than once"),
        (lambda frame: frame.assign(tariff_pct=np.inf), "infinite tariff_pct"),
        (lambda frame: frame.assign(exporter_iso3=None), "seen a row without one of"),
    ],
)
def test_frames_that_cannot_be_read_are_refused(pairs, memberships, change, message):
    with pytest.raises(ValueError, match=message):
        estimate_pair_gravity(specification(), change(pairs), memberships, study="club")


def test_an_equation_of_a_group_whose_list_is_not_at_hand_says_so(pairs, memberships):
    models = [
        {"model": "club", "title": "With the group", "terms": ["in_club", "tariff"]},
        {"model": "plain", "title": "Without it", "terms": ["tariff"]},
    ]
    nobody = memberships[memberships["group_code"] == "NOBODY"]
    tables = estimate_pair_gravity(specification(models=models), pairs, nobody, study="club")
    fit = tables["pair_gravity_fit"].set_index("model")
    assert "ot estimated: no list of the members of CLUB is at hand" in fit.loc["club", "caveat"]
    assert pd.isna(fit.loc["club", "n_obs"])
    assert fit.loc["plain", "n_obs"] > 0
    assert set(tables["pair_gravity_coefficients"]["model"]) == {"plain"}


def test_a_country_that_is_listed_twice_is_refused(pairs, memberships):
    with pytest.raises(ValueError, match="a country twice in a year"):
        estimate_pair_gravity(specification(), pairs, pd.concat([memberships, memberships]), study="club")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"terms": [{"term": "a", "product_of": ["b"], "co_members_of": "CLUB"}]}, "both or neither"),
        ({"terms": [{"term": "a", "co_members_of": "CLUB"}]}, "co_members_of and membership_rule together"),
        ({"models": [{"model": "m", "title": "M", "terms": ["nobody"]}]}, r"seen terms \['nobody'\]"),
        ({"models": [{"model": "m", "title": "M", "terms": ["tariff"], "effects": []}]}, "seen effect"),
        ({"flows": ["final", "final"]}, "expected every flow once"),
    ],
)
def test_a_specification_names_what_it_defines(changes, message):
    with pytest.raises(ValidationError, match=message):
        specification(**changes)


@pytest.mark.real_data
def test_the_advanced_guide_by_the_study_key(shared_reference):
    """Three-way PPML of the guide's table 3: the agreement, its phasing-in, two small-sample rules."""
    pytest.importorskip("pyfixest")
    folder = shared_reference / "econometrics" / "agtpa"
    expected = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    items = {item["id"]: item for item in expected["items"]}
    frame = pd.read_csv(folder / expected["data"])
    frame = frame.rename(columns={"exporter": "exporter_iso3", "importer": "importer_iso3"})
    frame["value_final_usd"] = frame["trade"] * 1e6
    lags = ["rta", "rta_lag4", "rta_lag8", "rta_lag12"]
    asked = specification(
        unit_usd=1e6,
        is_domestic_trade_included=True,
        engine="pyfixest",
        terms=[{"term": name, "product_of": [name]} for name in lags],
        models=[
            {
                "model": name,
                "title": name,
                "terms": terms,
                # The guide has one effect for both ways of a pair.
                "effects": ["exporter_year", "importer_year", "symmetric_pair"],
                "covariances": [covariance],
            }
            for name, terms, covariance in (
                ("t3_pairfe", lags[:1], "hc1_normal"),
                ("t3_phasing", lags, "cr1_symmetric_pair_normal"),
            )
        ],
    )
    frame = frame[frame["year"].isin(expected["years"])]
    tables = estimate_pair_gravity(asked, frame, study="guide")
    table = tables["pair_gravity_coefficients"].set_index(["model", "covariance", "term"])
    item = items["t3_phasing"]
    for term, value in item["coef"].items():
        row = table.loc[("t3_phasing", "cr1_symmetric_pair_normal", term)]
        assert row["estimate"] == pytest.approx(value, abs=item["tol"])
        assert row["std_error"] == pytest.approx(item["se"][term], abs=item["tol"])
    robust = table.loc[("t3_pairfe", "hc1_normal", "rta")]
    assert robust["estimate"] == pytest.approx(items["stata_rta_ppml_robust"]["coef"]["rta"], abs=5.1e-8)
    assert robust["std_error"] == pytest.approx(items["stata_rta_ppml_robust"]["se"]["rta"], abs=5.1e-7)
    assert set(tables["pair_gravity_fit"]["n_obs"]) == {items["t3_pairfe"]["n"]}


def test_an_equation_may_keep_to_pairs_between_some_countries(pairs, memberships):
    model = {"model": "between", "title": "Members alone", "terms": ["tariff"]}
    own = specification(models=[{**model, "between": {"group_codes": ["CLUB"]}}])
    members = memberships.loc[memberships["country_iso3"] < "C08"]
    named = members["country_iso3"].unique()
    is_between = pairs["exporter_iso3"].isin(named) & pairs["importer_iso3"].isin(named)
    assert 0 < is_between.sum() < len(pairs)
    everyone = specification(models=[model])
    of_all = estimate_pair_gravity(own, pairs, members, study="club")
    of_part = estimate_pair_gravity(everyone, pairs[is_between], members, study="club")
    assert of_all["pair_gravity_fit"]["n_outside"].tolist() == [int((~is_between).sum())]
    found, expected = (tables["pair_gravity_coefficients"]["estimate"] for tables in (of_all, of_part))
    np.testing.assert_allclose(found, expected, rtol=1e-10)
