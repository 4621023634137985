from __future__ import annotations

import numpy as np
import pytest

from analysis.gravity.absorption import effects_of, level_values
from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.errors import (
    CollinearTerms,
    EstimationError,
    NonFiniteInput,
    NotEstimable,
    TimeInvariantTerms,
)
from analysis.gravity.panel_data import panel_data
from analysis.gravity.poisson import CLUSTERED, STATA_PPML, poisson_regression, ppml
from tests.analysis.in_another_process import printed, start

TERMS = ["x1", "x2"]


@pytest.fixture(scope="module")
def trade():
    """Trade of 9 exporters with 8 importers in 5 years, a third of it zero."""
    random = np.random.Generator(np.random.PCG64(7))
    grid = np.meshgrid(np.arange(9), np.arange(8), np.arange(5), indexing="ij")
    exporter, importer, year = (axis.ravel() for axis in grid)
    regressors = np.column_stack([random.normal(size=year.size) + 20, random.random(year.size) * 1e6])
    mean = np.exp(0.8 * (regressors[:, 0] - 20) - 1e-6 * regressors[:, 1] + 0.3 * exporter - 0.2 * importer)
    outcome = random.poisson(mean).astype(float) * 1e7
    return outcome, regressors, {"exporter": exporter, "importer": importer, "year": year}


def by_statsmodels(outcome, design, **covariance):
    import statsmodels.api as sm

    return sm.GLM(outcome, design, family=sm.families.Poisson()).fit(tol=1e-12, maxiter=200, **covariance)


def dummies(labels) -> np.ndarray:
    return (labels[:, None] == np.unique(labels)).astype(float)


@pytest.mark.parametrize(
    ("rule", "theirs", "factor"),
    [
        (CovarianceRule("classical", "normal"), {}, lambda n, k: 1.0),
        (CovarianceRule("hc0", "normal"), {"cov_type": "HC0"}, lambda n, k: 1.0),
        (STATA_PPML, {"cov_type": "HC0"}, lambda n, k: n / (n - 1)),
        (CovarianceRule("hc1", "t"), {"cov_type": "HC0"}, lambda n, k: n / (n - k)),
    ],
    ids=["classical", "hc0", "stata_ppml", "stata_regress"],
)
def test_without_effects_equals_statsmodels(trade, rule, theirs, factor):
    outcome, regressors, _ = trade
    scale = 1e7 if rule.kind == "classical" else 1.0  # classical errors move with the unit of the outcome
    fit = poisson_regression(outcome / scale, regressors, TERMS, rule=rule)
    centred = np.column_stack([np.ones(outcome.size), regressors - regressors.mean(axis=0)])
    other = by_statsmodels(outcome / scale, centred, **theirs)
    assert fit.terms == ("const", *TERMS)
    assert fit.coefficients[1:] == pytest.approx(other.params[1:], rel=1e-9)
    assert fit.std_errors[1:] == pytest.approx(other.bse[1:] * np.sqrt(factor(outcome.size, 3)), rel=1e-7)
    assert fit.mu == pytest.approx(other.mu, rel=1e-8)
    assert fit.deviance == pytest.approx(other.deviance, rel=1e-9)


def test_absorbed_effects_equal_dummies(trade):
    outcome, regressors, labels = trade
    fit = poisson_regression(outcome, regressors, TERMS, effects=labels, clusters=labels["exporter"])
    centred = regressors - regressors.mean(axis=0)
    design = np.hstack(
        [
            dummies(labels["exporter"]),
            *(dummies(labels[name])[:, 1:] for name in ("importer", "year")),
            centred / centred.std(axis=0),
        ]
    )
    other = by_statsmodels(
        outcome / 1e7,
        design,
        cov_type="cluster",
        cov_kwds={"groups": labels["exporter"], "use_correction": False},
    )
    assert fit.coefficients == pytest.approx(other.params[-2:] / centred.std(axis=0), rel=1e-8)
    assert fit.std_errors == pytest.approx(other.bse[-2:] / centred.std(axis=0) * np.sqrt(9 / 8), rel=1e-6)
    assert fit.mu == pytest.approx(other.mu * 1e7, rel=1e-7)
    assert fit.covariance_note.startswith("CR1, G/(G-1), G = 9")
    assert any("rest on 9 clusters" in caveat for caveat in fit.caveats)


def test_means_add_up_to_the_outcome_within_each_level(trade):
    outcome, regressors, labels = trade
    fit = poisson_regression(outcome, regressors, TERMS, effects=labels)
    for codes in labels.values():
        assert np.bincount(codes, weights=fit.residuals) == pytest.approx(0, abs=1e-6 * outcome.sum())


def test_effects_can_be_recovered_from_their_sums(trade):
    outcome, regressors, labels = trade
    fit = poisson_regression(outcome, regressors, TERMS, effects=labels)
    effects = effects_of(labels, outcome.size)
    values = level_values(effects, fit.effect_sums)
    rebuilt = sum(values[name][code] for name, code in zip(effects.names, effects.codes, strict=True))
    assert np.exp(fit.linear_prediction + rebuilt) == pytest.approx(fit.mu, rel=1e-8)
    assert values["importer"][effects.codes[1]].mean() == pytest.approx(0, abs=1e-12)


def test_a_multiple_of_the_outcome_moves_only_the_constant(trade):
    outcome, regressors, _ = trade
    small = poisson_regression(outcome * 1e-9, regressors, TERMS)
    large = poisson_regression(outcome * 1e9, regressors, TERMS)
    assert large.coefficients[1:] == pytest.approx(small.coefficients[1:], rel=1e-9)
    assert large.coefficients[0] - small.coefficients[0] == pytest.approx(18 * np.log(10), rel=1e-9)
    assert large.std_errors[1:] == pytest.approx(small.std_errors[1:], rel=1e-7)


def test_means_of_very_different_size_do_not_overflow():
    random = np.random.Generator(np.random.PCG64(3))
    x = random.normal(size=200) * 10
    fit = poisson_regression(np.exp(x) * random.gamma(5, 0.2, 200), x[:, None], ["x"])
    assert np.isfinite(fit.mu).all()
    assert fit.coefficients[1] == pytest.approx(1, abs=0.2)


def test_separated_rows_are_left_out_and_named(trade):
    outcome, regressors, labels = trade
    outcome = np.where(labels["exporter"] == 3, 0.0, outcome)
    chosen = np.flatnonzero((outcome == 0) & (labels["exporter"] != 3))[:4]
    extra = np.zeros(outcome.size)
    extra[chosen] = [1, 2, 3, 4]
    fit = poisson_regression(outcome, np.column_stack([regressors, extra]), [*TERMS, "ban"], effects=labels)
    assert fit.n_rows - fit.n_obs == 40 + 4
    assert set(chosen) <= set(fit.separated_rows)
    assert (fit.mu[fit.separated_rows] == 0).all()
    assert np.isnan(fit.effect_sums[fit.separated_rows]).all()
    assert fit.dropped == ("ban",)
    assert ("exporter", 3) in fit.separation.all_zero_levels
    assert "44 rows with outcome 0 are separated" in fit.caveat
    kept = ~fit.separation.is_separated
    alone = poisson_regression(
        outcome[kept], regressors[kept], TERMS, effects={k: v[kept] for k, v in labels.items()}
    )
    assert fit.coefficients == pytest.approx(alone.coefficients, rel=1e-9)


def test_any_order_of_rows_gives_the_same_bytes(trade):
    outcome, regressors, labels = trade
    order = np.random.default_rng(5).permutation(outcome.size)
    for effects in (None, labels):
        first = poisson_regression(outcome, regressors, TERMS, effects=effects, clusters=labels["importer"])
        again = poisson_regression(
            outcome[order],
            regressors[order],
            TERMS,
            effects=effects and {name: codes[order] for name, codes in effects.items()},
            clusters=labels["importer"][order],
        )
        assert again.coefficients.tobytes() == first.coefficients.tobytes()
        assert again.covariance.tobytes() == first.covariance.tobytes()
        assert again.mu.tobytes() == first.mu[order].tobytes()


def test_the_number_of_threads_does_not_move_a_byte():
    script = (
        "import numpy as np, hashlib\n"
        "from analysis.gravity.poisson import poisson_regression\n"
        "r = np.random.Generator(np.random.PCG64(1)); x = r.normal(size=(4000, 6))\n"
        "y = r.poisson(np.exp(x @ np.full(6, .3))).astype(float); g = np.arange(4000)\n"
        "f = poisson_regression(y, x, list('abcdef'), effects={'p': g % 50, 'q': g // 80}, clusters=g % 50)\n"
        "print(hashlib.sha256(f.coefficients.tobytes() + f.covariance.tobytes() + "
        "f.mu.tobytes()).hexdigest())\n"
    )
    started = [start(script, hash_seed=seed, threads=threads) for seed, threads in (("0", "1"), ("7", "2"))]
    assert len({printed(process) for process in started}) == 1


@pytest.mark.parametrize(
    ("small_sample", "factor"),
    [
        ("none", lambda g, n, k, e: 1.0),
        ("groups_only", lambda g, n, k, e: g / (g - 1)),
        # Exporter effects are nested in the clusters, importer effects are not.
        ("nested_excluded", lambda g, n, k, e: g / (g - 1) * (n - 1) / (n - k - 8)),
        ("stata_regress", lambda g, n, k, e: g / (g - 1) * (n - 1) / (n - k - 9 - 8 + 1)),
    ],
)
def test_small_sample_rules_of_clusters_are_what_they_are_called(trade, small_sample, factor):
    outcome, regressors, labels = trade
    effects = {name: labels[name] for name in ("exporter", "importer")}
    rule = CovarianceRule("cr1", "normal", small_sample)
    fit = poisson_regression(
        outcome, regressors, TERMS, effects=effects, clusters=labels["exporter"], rule=rule
    )
    bare = poisson_regression(
        outcome,
        regressors,
        TERMS,
        effects=effects,
        clusters=labels["exporter"],
        rule=CovarianceRule("cr0", "normal"),
    )
    expected = factor(9, outcome.size, 2, 0)
    assert fit.covariance[0, 0] / bare.covariance[0, 0] == pytest.approx(expected, rel=1e-12)


def test_a_panel_has_partner_and_period_effects(trade):
    outcome, regressors, labels = trade
    partner = np.char.add("P", (labels["exporter"] * 8 + labels["importer"]).astype(str))
    panel = panel_data(outcome, regressors, TERMS, partner, labels["year"])
    fit = ppml(panel, CLUSTERED, effects=["partner", "period"])
    same = poisson_regression(
        outcome, regressors, TERMS, effects={"partner": partner, "period": labels["year"]}, clusters=partner
    )
    assert fit.coefficients.tobytes() == same.coefficients.tobytes()
    assert fit.effect_names == ("partner", "period")
    frame = fit.to_frame()
    assert frame["term"].tolist() == TERMS
    assert frame["std_error"].to_numpy() == pytest.approx(fit.std_errors)
    with pytest.raises(ValueError, match="expected some of"):
        ppml(panel, effects=["country"])


def test_one_observation_per_level_is_fitted_exactly_and_said():
    outcome = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0])
    effects = {"p": np.array([0, 0, 0, 1, 1, 1, 2])}
    fit = poisson_regression(outcome, np.array([[1.0, 2, 4, 1, 3, 4, 9]]).T, ["x"], effects=effects)
    assert fit.mu[6] == pytest.approx(2.0)
    assert "1 of 3 levels of p have one observation" in fit.caveat


class TestRefusals:
    def test_a_missing_or_infinite_cell(self, trade):
        outcome, regressors, _ = trade
        for value in (np.nan, np.inf):
            broken = regressors.copy()
            broken[3, 1] = value
            with pytest.raises(NonFiniteInput, match="'x2', row 3"):
                poisson_regression(outcome, broken, TERMS)

    def test_a_negative_outcome(self, trade):
        outcome, regressors, _ = trade
        with pytest.raises(EstimationError, match="row 2: seen -1, expected 0 or more"):
            poisson_regression(np.where(np.arange(outcome.size) == 2, -1, outcome), regressors, TERMS)

    def test_an_outcome_of_zeros(self, trade):
        outcome, regressors, _ = trade
        with pytest.raises(NotEstimable, match="no row has a positive trade"):
            poisson_regression(0 * outcome, regressors, TERMS, outcome_name="trade")

    def test_collinear_and_constant_terms_are_named(self, trade):
        outcome, regressors, _ = trade
        double = np.column_stack([regressors, 2 * regressors[:, 0] + 1])
        with pytest.raises(CollinearTerms, match="x3: linearly dependent") as refusal:
            poisson_regression(outcome, double, [*TERMS, "x3"])
        assert refusal.value.terms == ("x3",)
        with pytest.raises(CollinearTerms, match="x3: absorbed by the constant"):
            poisson_regression(
                outcome, np.column_stack([regressors, np.full(outcome.size, 4.0)]), [*TERMS, "x3"]
            )
        fit = poisson_regression(outcome, double, [*TERMS, "x3"], collinear="drop")
        assert fit.dropped == ("x3",)
        assert "dropped terms (x3" in fit.caveat

    def test_terms_that_effects_absorb(self, trade):
        outcome, regressors, labels = trade
        both = np.column_stack([regressors, np.sqrt(labels["exporter"]) + labels["year"]])
        with pytest.raises(TimeInvariantTerms, match="x3: absorbed by the effects"):
            poisson_regression(outcome, both, [*TERMS, "x3"], effects=labels)

    def test_no_more_rows_than_coefficients(self):
        with pytest.raises(NotEstimable, match="3 observations for 3 coefficients"):
            poisson_regression(np.array([1.0, 2, 4]), np.array([[1.0, 2, 4], [3, 1, 2]]).T, TERMS)

    def test_one_cluster_and_a_rule_without_clusters(self, trade):
        outcome, regressors, _ = trade
        with pytest.raises(NotEstimable, match="at least 2 clusters"):
            poisson_regression(outcome, regressors, TERMS, clusters=np.zeros(outcome.size))
        with pytest.raises(ValueError, match="needs the cluster of each row"):
            poisson_regression(outcome, regressors, TERMS, rule=CLUSTERED)
        with pytest.raises(ValueError, match="'cr2' of a Poisson fit"):
            poisson_regression(outcome, regressors, TERMS, rule=CovarianceRule("cr2", "t"))

    def test_shapes_and_names(self, trade):
        outcome, regressors, _ = trade
        with pytest.raises(ValueError, match="2 columns of regressors, but 1 terms"):
            poisson_regression(outcome, regressors, ["x1"])
        with pytest.raises(ValueError, match="each may be named once"):
            poisson_regression(outcome, regressors, ["x1", "x1"])
        with pytest.raises(ValueError, match="effect 'p' has shape"):
            poisson_regression(outcome, regressors, TERMS, effects={"p": [1, 2]})
