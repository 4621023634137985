"""Published Poisson fits of gravity equations, numbers and tolerances as recorded with the files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.high_dimensional import ppml_high_dimensional
from analysis.gravity.poisson import CLUSTERED, STATA_PPML, poisson_regression

pytestmark = pytest.mark.real_data

ENGINES = [
    pytest.param(poisson_regression, id="own"),
    pytest.param(ppml_high_dimensional, id="worker"),
]
WHITE = CovarianceRule("hc0", "normal")


def read_set(folder):
    expected = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    path = folder / expected["data"]
    frame = pd.read_stata(path) if path.suffix == ".dta" else pd.read_csv(path)
    return expected, {item["id"]: item for item in expected["items"]}, frame


@pytest.fixture(scope="module")
def log_of_gravity(shared_reference):
    return read_set(shared_reference / "econometrics" / "log_of_gravity")


@pytest.fixture(scope="module")
def agtpa(shared_reference):
    expected, items, frame = read_set(shared_reference / "econometrics" / "agtpa")
    frame = frame[frame["year"].isin(expected["years"])]
    return items, frame.assign(
        ld=np.log(frame["dist"]),
        exporter_year=frame["exporter"] + frame["year"].astype(str),
        importer_year=frame["importer"] + frame["year"].astype(str),
    )


def columns(frame: pd.DataFrame, names: list[str]) -> np.ndarray:
    return frame[names].to_numpy(dtype=float)


@pytest.mark.parametrize("identifier", ["t3_ppml", "t3_ppml_pos"])
def test_the_log_of_gravity_table_3(log_of_gravity, identifier):
    expected, items, frame = log_of_gravity
    item = items[identifier]
    rows = frame[frame["trade"] > 0] if identifier.endswith("pos") else frame
    names = expected["regressors"]
    fit = poisson_regression(rows["trade"].to_numpy(), columns(rows, names), names, rule=WHITE)
    assert fit.n_obs == item["n"]
    assert fit.coefficients[1:] == pytest.approx(item["coef"], abs=item["tol"], rel=0)
    assert fit.std_errors[1:] == pytest.approx(item["se"], abs=item["tol"], rel=0)


def test_the_log_of_gravity_table_5_with_exporter_and_importer_effects(log_of_gravity):
    _, items, frame = log_of_gravity
    item = items["t5_ppml_fe"]
    names = item["regressors"]
    fit = poisson_regression(
        frame["trade"].to_numpy(),
        columns(frame, names),
        names,
        effects={"exporter": frame["s2_ex"].to_numpy(), "importer": frame["s1_im"].to_numpy()},
        rule=WHITE,
    )
    assert fit.n_rows == item["n"]
    assert fit.coefficients == pytest.approx(item["coef"], abs=item["tol"], rel=0)
    assert fit.std_errors == pytest.approx(item["se"], abs=item["tol"], rel=0)


@pytest.mark.parametrize("identifier", ["t1_ppml_fe", "t3_ppml"])
def test_the_advanced_guide_with_country_year_effects(agtpa, identifier):
    items, frame = agtpa
    item = items[identifier]
    rows = frame[frame["exporter"] != frame["importer"]]
    names = list(item["coef"])
    fit = poisson_regression(
        rows["trade"].to_numpy(),
        columns(rows, names),
        names,
        effects={name: rows[name].to_numpy(dtype=str) for name in ("exporter_year", "importer_year")},
        clusters=rows["pair_id"].to_numpy(),
        rule=CLUSTERED,
    )
    assert fit.n_obs == item["n"]
    assert dict(zip(fit.terms, fit.coefficients, strict=True)) == pytest.approx(
        item["coef"], abs=item["tol"], rel=0
    )
    errors = dict(zip(fit.terms, fit.std_errors, strict=True))
    assert {name: errors[name] for name in item["se"]} == pytest.approx(item["se"], abs=item["tol"], rel=0)


@pytest.mark.parametrize("estimate", ENGINES)
@pytest.mark.parametrize("identifier", ["t3_pairfe", "t3_phasing", "stata_rta_ppml_robust"])
def test_the_advanced_guide_with_pair_effects_as_well(agtpa, identifier, estimate):
    items, frame = agtpa
    item = items[identifier]
    names = list(item["coef"])
    is_robust = identifier == "stata_rta_ppml_robust"
    fit = estimate(
        frame["trade"].to_numpy(),
        columns(frame, names),
        names,
        effects={name: frame[name].to_numpy() for name in ("exporter_year", "importer_year", "pair_id")},
        clusters=None if is_robust else frame["pair_id"].to_numpy(),
        rule=STATA_PPML if is_robust else CLUSTERED,
    )
    assert fit.n_obs == item["n"]
    assert fit.coefficients == pytest.approx(list(item["coef"].values()), abs=item["tol"], rel=0)
    assert fit.std_errors == pytest.approx(list(item["se"].values()), abs=item["tol"], rel=0)


@pytest.mark.parametrize("estimate", ENGINES)
def test_the_free_trade_agreement_example_of_ppmlhdfe(shared_reference, estimate):
    _, items, frame = read_set(shared_reference / "econometrics" / "ppmlhdfe")
    item = items["fta_total"]
    rows = frame[frame["category"] == "TOTAL"]
    year = rows["year"].astype(str)
    fit = estimate(
        rows["trade"].to_numpy(),
        columns(rows, ["fta"]),
        ["fta"],
        effects={
            "importer_year": (rows["isoimp"] + year).to_numpy(dtype=str),
            "exporter_year": (rows["isoexp"] + year).to_numpy(dtype=str),
            "pair": (rows["isoexp"] + rows["isoimp"]).to_numpy(dtype=str),
        },
        clusters=(rows["isoexp"] + rows["isoimp"]).to_numpy(dtype=str),
    )
    assert fit.n_rows == item["n"]
    assert dict(zip(fit.terms, fit.coefficients, strict=True)) == pytest.approx(
        item["coef"], abs=item["tol"], rel=0
    )
