"""Least squares of published gravity data: the UNCTAD/WTO guide and the Log of Gravity."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.gravity.covariance import covariance_rule
from analysis.gravity.row_regression import row_regression

pytestmark = pytest.mark.real_data

STANDARD = ["ld", "cntg", "lang", "clny"]


def item_of(folder, identifier):
    items = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))["items"]
    return next(item for item in items if item["id"] == identifier)


@pytest.fixture(scope="module")
def guide(shared_reference):
    folder = shared_reference / "econometrics" / "agtpa"
    frame = pd.read_csv(folder / "agtpa_applications.csv.gz")
    frame = frame[frame["year"].isin([1986, 1990, 1994, 1998, 2002, 2006])]
    output = frame.groupby(["exporter", "year"])["trade"].transform("sum")
    expenditure = frame.groupby(["importer", "year"])["trade"].transform("sum")
    world = frame.groupby("year")["trade"].transform("sum")
    frame = frame.assign(
        ld=np.log(frame["dist"]),
        ly=np.log(output),
        le=np.log(expenditure),
        away_from_expenditure=frame["dist"] * world / expenditure,
        away_from_output=frame["dist"] * world / output,
    )
    return folder, frame.assign(
        remx=np.log(frame.groupby(["exporter", "year"])["away_from_expenditure"].transform("sum")),
        remm=np.log(frame.groupby(["importer", "year"])["away_from_output"].transform("sum")),
    )


@pytest.mark.parametrize(
    ("identifier", "terms", "has_effects"),
    [
        ("t1_ols", [*STANDARD, "ly", "le"], False),
        ("t1_remoteness", [*STANDARD, "ly", "le", "remx", "remm"], False),
        ("t1_ols_fe", STANDARD, True),
        ("t3_ols", [*STANDARD, "rta"], True),
    ],
)
def test_tables_of_the_unctad_wto_guide(guide, identifier, terms, has_effects):
    folder, frame = guide
    item = item_of(folder, identifier)
    frame = frame[(frame["exporter"] != frame["importer"]) & (frame["trade"] > 0)]
    year = frame["year"].astype(str)
    fit = row_regression(
        np.log(frame["trade"].to_numpy()),
        frame[terms].to_numpy(),
        terms,
        covariance_rule("cr1_t"),
        effects={
            "exporter-year": (frame["exporter"] + year).to_numpy(dtype=str),
            "importer-year": (frame["importer"] + year).to_numpy(dtype=str),
        }
        if has_effects
        else None,
        clusters=frame["pair_id"].to_numpy(),
        cluster_name="pair",
    )
    assert fit.n_obs == item["n"]
    found = fit.to_frame().set_index("term")
    for term, expected in item["coef"].items():
        assert found.loc[term, "estimate"] == pytest.approx(expected, abs=item["tol"]), term
    for term, expected in item["se"].items():
        assert found.loc[term, "std_error"] == pytest.approx(expected, abs=item["tol"]), term
    if "r2" in item:
        assert fit.r_squared == pytest.approx(item["r2"], abs=item["tol"])


@pytest.mark.parametrize(
    ("identifier", "shift", "has_effects"),
    [("t3_ols_lnT", 0, False), ("t3_ols_ln1T", 1, False), ("t5_ols_fe", 0, True)],
)
def test_tables_of_the_log_of_gravity(shared_reference, identifier, shift, has_effects):
    folder = shared_reference / "econometrics" / "log_of_gravity"
    item = item_of(folder, identifier)
    whole = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    terms = item.get("regressors", whole["regressors"])
    frame = pd.read_stata(folder / "log_of_gravity.dta")
    trade = frame["trade"].to_numpy(dtype=float)
    kept = (trade > 0) | (shift > 0)
    effects = {name: frame.loc[kept, column].to_numpy() for name, column in COUNTRIES.items()}
    fit = row_regression(
        np.log(trade[kept] + shift),
        frame.loc[kept, terms].to_numpy(dtype=float),
        terms,
        covariance_rule("hc1_t"),
        effects=effects if has_effects else None,
    )
    assert fit.n_obs == item["n"]
    np.testing.assert_allclose(fit.coefficients[1:], item["coef"], rtol=0, atol=item["tol"])
    if item["se"]:
        np.testing.assert_allclose(fit.std_errors[1:], item["se"], rtol=0, atol=item["tol"])


COUNTRIES = {"exporter": "s2_ex", "importer": "s1_im"}
