"""PPML of pairs: known coefficients, dummies, another library's clusters, and every row accounted for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.gravity.errors import EstimationError, NotEstimable
from analysis.gravity.pair_ppml import pair_ppml

COUNTRIES = 12
YEARS = 6


def simulated(seed: int = 3, n_countries: int = COUNTRIES) -> pd.DataFrame:
    """Poisson counts of pairs with all three kinds of effects, an agreement and a tariff."""
    random = np.random.default_rng(seed)
    grid = np.meshgrid(np.arange(n_countries), np.arange(n_countries), np.arange(YEARS), indexing="ij")
    exporter, importer, year = (axis.ravel() for axis in grid)
    kept = exporter != importer
    exporter, importer, year = exporter[kept], importer[kept], year[kept]
    outward, inward = random.normal(0, 0.5, (2, n_countries, YEARS))
    lasting = random.normal(0, 1, (n_countries, n_countries))
    since = random.integers(1, YEARS, n_countries)
    agreement = (year >= since[exporter]) & (year >= since[importer]) & (exporter < 8) & (importer < 8)
    tariff = random.normal(size=exporter.size)
    linear = outward[exporter, year] + inward[importer, year] + lasting[exporter, importer]
    trade = random.poisson(np.exp(1 + linear + 0.5 * agreement - 0.3 * tariff))
    names = np.array([f"C{at:02d}" for at in range(n_countries)])
    frame = {"exporter": names[exporter], "importer": names[importer], "year": 2000 + year}
    return pd.DataFrame({**frame, "trade": trade, "agreement": agreement, "tariff": tariff}).astype(
        {"trade": float, "agreement": float}
    )


def fitted(frame: pd.DataFrame, terms=("agreement", "tariff"), **settings):
    return pair_ppml(
        frame["trade"],
        frame[list(terms)].to_numpy(),
        terms,
        frame["exporter"].to_numpy(dtype=str),
        frame["importer"].to_numpy(dtype=str),
        frame["year"].to_numpy(),
        **settings,
    )


def dummies(frame: pd.DataFrame) -> np.ndarray:
    """All three kinds of effects as columns of full rank, by pandas alone."""
    years = frame["year"].astype(str)
    labels = [frame["exporter"] + years, frame["importer"] + years, frame["exporter"] + frame["importer"]]
    blocks = [pd.get_dummies(label, dtype=float).to_numpy() for label in labels]
    columns = np.hstack([frame[["agreement", "tariff"]].to_numpy(), *blocks])
    basis: list[int] = []
    work = columns - 0.0
    for at in range(columns.shape[1]):
        size = np.linalg.norm(work[:, at])
        if size > 1e-8:
            basis.append(at)
            unit = work[:, at] / size
            work = work - np.outer(unit, unit @ work)
    return columns[:, basis]


def newton(design: np.ndarray, trade: np.ndarray):
    mean = (trade + trade.mean()) / 2
    linear = np.log(mean)
    for _ in range(40):
        weighted = design * mean[:, None]
        slopes = np.linalg.solve(design.T @ weighted, weighted.T @ (linear + trade / mean - 1))
        linear = design @ slopes
        mean = np.exp(linear)
    return slopes, np.linalg.inv(design.T @ (design * mean[:, None])), mean


def test_three_kinds_of_effects_and_both_clusters_equal_explicit_dummies():
    frame = simulated(n_countries=8)
    fit = fitted(frame)
    rows = frame[~(fit.is_separated | fit.is_singleton)]
    slopes, bread, mean = newton(dummies(rows), rows["trade"].to_numpy())
    np.testing.assert_allclose(fit.fit.coefficients, slopes[:2], rtol=1e-8)
    scores = pd.DataFrame(dummies(rows) * (rows["trade"].to_numpy() - mean)[:, None], index=rows.index)

    def meat(*by):
        sums = scores.groupby([rows[name] for name in by]).sum().to_numpy()
        return sums.T @ sums, len(sums)

    pairs, n_pairs = meat("exporter", "importer")
    one = (bread @ pairs @ bread)[:2, :2] * n_pairs / (n_pairs - 1)
    np.testing.assert_allclose(fit.fit.covariance, one, rtol=1e-7)
    (first, n_first), (second, n_second) = meat("exporter"), meat("importer")
    least = min(n_first, n_second)
    two = (bread @ (first + second - pairs) @ bread)[:2, :2] * least / (least - 1)
    both = fitted(frame, clusters="exporter_importer")
    assert np.linalg.eigvalsh(two).min() > 0
    np.testing.assert_allclose(both.fit.covariance, two, rtol=1e-7)
    assert both.n_by_cluster == {"exporter": n_first, "importer": n_second}


@pytest.mark.parametrize("clusters", ["pair", "exporter_importer"])
def test_both_engines_agree(clusters):
    pytest.importorskip("pyfixest")
    frame = simulated()
    own, other = (fitted(frame, engine=engine, clusters=clusters) for engine in ("own", "pyfixest"))
    np.testing.assert_allclose(own.fit.coefficients, other.fit.coefficients, rtol=1e-6)
    np.testing.assert_allclose(own.fit.std_errors, other.fit.std_errors, rtol=1e-6)
    assert (own.engine, other.engine) == ("own", "pyfixest")


def test_two_way_errors_are_those_of_pyfixest():
    pyfixest = pytest.importorskip("pyfixest")
    frame = simulated()
    fit = fitted(frame, clusters="exporter_importer")
    rows = frame[~(fit.is_separated | fit.is_singleton)].copy()
    rows["ey"] = rows["exporter"] + rows["year"].astype(str)
    rows["iy"] = rows["importer"] + rows["year"].astype(str)
    rows["pair"] = rows["exporter"] + rows["importer"]
    other = pyfixest.fepois(
        "trade ~ agreement + tariff | ey + iy + pair",
        rows,
        vcov={"CRV1": "exporter + importer"},
        ssc=pyfixest.ssc(k_adj=False, G_adj=True, G_df="min"),
        iwls_tol=1e-12,
        fixef_rm="none",
    )
    np.testing.assert_allclose(fit.fit.std_errors, other.se().to_numpy(), rtol=1e-5)


def test_singletons_and_levels_without_trade_are_left_out_and_told_apart():
    frame = simulated()
    only = frame["exporter"].eq("C00") & frame["importer"].eq("C01")
    nothing = frame["exporter"].eq("C02") & frame["importer"].eq("C03")
    holed = frame[~(only & frame["year"].ne(2003))]
    holed = holed.assign(trade=holed["trade"].mask(nothing, 0.0).mask(only, 5.0))
    fit = fitted(holed)
    np.testing.assert_array_equal(fit.is_singleton, only[holed.index])
    assert fit.is_separated[nothing[holed.index]].all()
    assert len(holed) == fit.is_singleton.sum() + fit.is_separated.sum() + fit.fit.n_obs
    rest = fitted(holed[~only[holed.index]])
    np.testing.assert_array_equal(fit.fit.coefficients, rest.fit.coefficients)
    np.testing.assert_array_equal(fit.fit.std_errors, rest.fit.std_errors)


def test_rows_separated_by_a_term_are_found_too():
    frame = simulated()
    is_hit = (frame["exporter"] == "C05") & (frame["year"] == 2004) & (frame["importer"] < "C04")
    frame = frame.assign(embargo=is_hit.astype(float), trade=frame["trade"].mask(is_hit, 0.0))
    fit = fitted(frame, ("agreement", "tariff", "embargo"))
    assert fit.is_separated[is_hit].all()
    assert fit.fit.separation.n_separated == int(is_hit.sum())
    assert fit.fit.dropped == ("embargo",)


def test_what_effects_absorb_is_dropped_by_name():
    frame = simulated()
    frame = frame.assign(language=(frame["exporter"] < "C06").astype(float) * (frame["importer"] < "C06"))
    fit = fitted(frame, ("agreement", "language"))
    assert fit.fit.terms == ("agreement",)
    assert fit.fit.dropped == ("language",)
    without = fitted(frame, ("agreement", "language"), effects=("exporter_year", "importer_year"))
    assert without.fit.terms == ("agreement", "language")


def test_a_symmetric_pair_is_one_level_for_both_ways():
    frame = simulated()
    fit = fitted(frame, effects=("symmetric_pair",), clusters="symmetric_pair")
    assert fit.n_levels == {"symmetric_pair": COUNTRIES * (COUNTRIES - 1) // 2}
    assert fit.fit.n_clusters == COUNTRIES * (COUNTRIES - 1) // 2


def test_the_same_bytes_for_any_order_of_rows():
    frame = simulated()
    first = fitted(frame, clusters="exporter_importer")
    second = fitted(frame.sample(frac=1, random_state=1), clusters="exporter_importer")
    np.testing.assert_array_equal(first.fit.coefficients, second.fit.coefficients)
    np.testing.assert_array_equal(first.fit.covariance, second.fit.covariance)


def test_what_cannot_be_estimated_is_refused():
    frame = simulated()
    twice = pd.concat([frame, frame.iloc[:1]])
    with pytest.raises(EstimationError, match="C00 C01 2000 more than once"):
        fitted(twice)
    with pytest.raises(NotEstimable, match="no row is left"):
        fitted(frame[frame["year"] == 2000].assign(trade=0.0))
    with pytest.raises(EstimationError, match="trade"):
        fitted(frame.assign(trade=-frame["trade"]))
    with pytest.raises(ValueError, match="seen effects"):
        fitted(frame, effects=("country",))
    with pytest.raises(ValueError, match="seen clusters"):
        fitted(frame, clusters="country")
    with pytest.raises(ValueError, match="seen engine"):
        fitted(frame, engine="stata")


def test_without_pyfixest_our_own_iterations_stand_in_and_say_so(monkeypatch):
    import analysis.gravity.pair_ppml as module

    monkeypatch.setattr(module, "MANY_ROWS", 10)
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    fit = fitted(simulated())
    assert fit.engine == "own"
    assert "pyfixest, which is not installed" in fit.engine_reason
