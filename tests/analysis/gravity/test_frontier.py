from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from analysis.gravity.errors import CollinearTerms, NonFiniteInput, NotEstimable
from analysis.gravity.frontier import frontier, frontier_regression, likelihood_ratio
from analysis.gravity.frontier_likelihood import Parts, gradient, inefficiency, log_likelihood
from analysis.gravity.frontier_profile import deterministic_frontier, profile_point
from analysis.gravity.panel_data import panel_data

EG1 = Path(__file__).parent / "data" / "frontier_eg1.csv"


@pytest.fixture(scope="module")
def firms():
    """Example EG1 of the guide to FRONTIER 4.1, in logarithms: output, capital and labour of 60 firms."""
    data = np.log(np.loadtxt(EG1, delimiter=",", skiprows=2))
    return data[:, 1], data[:, 2:]


def simulated(n=2_000, sigma_u=0.6, sigma_v=0.25, mu=0.0, seed=4):
    random = np.random.Generator(np.random.PCG64(seed))
    regressors = random.normal(size=(n, 2))
    u = stats.truncnorm.rvs(-mu / sigma_u, np.inf, loc=mu, scale=sigma_u, size=n, random_state=random)
    return 3 + regressors @ [0.7, -0.4] + sigma_v * random.normal(size=n) - u, regressors, u


def test_the_printed_results_of_frontier_4_1(firms):
    # FRONTIER stops when parameters change by less than 1e-5, so its digits end there.
    fit = frontier_regression(*firms, ["capital", "labour"], alpha=0.05)
    assert fit.coefficients == pytest.approx([0.56161963, 0.28110205, 0.53647981], abs=1e-5)
    assert fit.sigma2 == pytest.approx(0.21700046, abs=1e-5)
    assert fit.gamma == pytest.approx(0.79720730, abs=1e-5)
    assert fit.log_likelihood == pytest.approx(-17.027229, abs=1e-5)
    assert fit.efficiency.mean() == pytest.approx(0.7405678, abs=1e-5)
    assert fit.log_likelihood >= -17.027229
    assert fit.likelihood_ratio.rejects


def test_the_efficiencies_that_the_r_package_frontier_prints(firms):
    """cran/frontier, tests/frontierTest.Rout.save, model a1: firms 1 to 5, 34 and 35; mixed chi-squared."""
    fit = frontier_regression(*firms, ["capital", "labour"], alpha=0.05)
    printed = {1: 0.65069, 2: 0.82889, 3: 0.72643, 4: 0.74785, 5: 0.69134, 34: 0.42082, 35: 0.35126}
    for firm, value in printed.items():
        assert fit.efficiency[firm - 1] == pytest.approx(value, abs=1e-5)
    assert fit.log_likelihood_ols == pytest.approx(-18.447, abs=5e-4)
    assert fit.likelihood_ratio.statistic == pytest.approx(2.84, abs=5e-3)
    assert fit.likelihood_ratio.p_value == pytest.approx(0.046, abs=5e-4)


def test_the_truncated_normal_that_the_r_package_frontier_prints_is_its_bound_and_not_the_maximum(firms):
    """The same file, model a2: mu is held at -2 sigma_u there. Its likelihood and efficiencies are ours at
    that point, and without the bound the likelihood is higher."""
    slopes, sigma2, gamma, mu = [0.47641, 0.28259, 0.54038], 0.54776, 0.90815, -1.41060
    assert mu / np.sqrt(gamma * sigma2) == pytest.approx(-2, abs=1e-4)
    parts = Parts(gamma * sigma2, (1 - gamma) * sigma2, mu)
    outcome, regressors = firms
    residuals = outcome - np.column_stack([np.ones(60), regressors]) @ slopes
    assert log_likelihood(residuals, parts) == pytest.approx(-16.796, abs=5e-4)
    efficiency = inefficiency(residuals, parts)[1]
    printed = {1: 0.72154, 2: 0.86759, 12: 0.94353, 13: 0.48532, 34: 0.45199, 35: 0.36813, 60: 0.77528}
    for firm, value in printed.items():
        assert efficiency[firm - 1] == pytest.approx(value, abs=2e-5)
    assert efficiency.mean() == pytest.approx(0.78903, abs=2e-5)
    own = frontier_regression(*firms, ["capital", "labour"], distribution="truncated_normal", alpha=0.05)
    assert own.log_likelihood > -16.79
    assert own.mu < mu


def test_residuals_skewed_the_wrong_way_as_the_r_package_frontier_prints(firms):
    """cran/frontier, tests/wrongSkewness.Rout.save, models a1 and a2: the same firms as a cost function."""
    outcome, regressors = firms
    for distribution in ("half_normal", "truncated_normal"):
        fit = frontier_regression(
            -outcome, -regressors, ["capital", "labour"], distribution=distribution, alpha=0.05
        )
        # Their searches end beside the edge (gamma 1.4e-5), at it is the likelihood of least squares.
        assert fit.gamma == 0
        assert fit.log_likelihood == pytest.approx(-18.44684, abs=5e-6)
        assert fit.coefficients[1:] == pytest.approx([0.28049, 0.53331], abs=5e-6)


@pytest.mark.parametrize("parts", [Parts(0.4, 0.1, 0.0), Parts(0.4, 0.1, 0.5), Parts(0.2, 0.3, -0.7)])
def test_the_likelihood_is_the_integral_over_u(parts):
    residuals = np.array([-1.2, -0.1, 0.4])
    spread_u, spread_v = np.sqrt(parts.variance_u), np.sqrt(parts.variance_v)

    def density(u, e):
        of_u = stats.norm.pdf(u, parts.mu, spread_u) / stats.norm.sf(0, parts.mu, spread_u)
        return stats.norm.pdf(e + u, 0, spread_v) * of_u

    whole = [integrate.quad(density, 0, 12, args=(e,), epsabs=1e-13)[0] for e in residuals]
    first = [integrate.quad(lambda u, e: u * density(u, e), 0, 12, args=(e,))[0] for e in residuals]
    share = [integrate.quad(lambda u, e: np.exp(-u) * density(u, e), 0, 12, args=(e,))[0] for e in residuals]
    assert log_likelihood(residuals, parts) == pytest.approx(np.log(whole).sum(), rel=1e-9)
    expected, efficiency = inefficiency(residuals, parts)
    assert expected == pytest.approx(np.divide(first, whole), rel=1e-7)
    assert efficiency == pytest.approx(np.divide(share, whole), rel=1e-7)


def test_the_slopes_are_those_of_the_likelihood():
    residuals = np.array([-1.2, -0.1, 0.4, 2.0])
    start = np.array([0.4, 0.1, 0.3])

    def value(point):
        return log_likelihood(residuals, Parts(*point))

    _, *slopes = gradient(residuals, Parts(*start))
    assert slopes == pytest.approx(optimize.approx_fprime(start, value, 1e-7), rel=1e-5)
    by_residual, *_ = gradient(residuals, Parts(*start))
    moved = optimize.approx_fprime(residuals, lambda e: log_likelihood(e, Parts(*start)), 1e-7)
    assert by_residual == pytest.approx(moved, rel=1e-5)


def test_statsmodels_finds_the_same_maximum_and_standard_errors(firms):
    from statsmodels.base.model import GenericLikelihoodModel

    outcome, regressors = firms
    design = np.column_stack([np.ones(outcome.size), regressors])

    class Frontier(GenericLikelihoodModel):
        def loglike(self, params):
            return log_likelihood(self.endog - self.exog @ params[:3], Parts(*np.exp(2 * params[3:]), 0.0))

    ours = frontier_regression(outcome, regressors, ["capital", "labour"], alpha=0.05)
    model = Frontier(outcome, design, extra_params_names=["ln_sigma_u", "ln_sigma_v"])
    theirs = model.fit(start_params=[0.5, 0.3, 0.5, -1, -1.5], method="bfgs", disp=False, maxiter=500)
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)
    assert ours.coefficients == pytest.approx(theirs.params[:3], abs=1e-4)
    assert ours.std_errors == pytest.approx(theirs.bse[:3], rel=1e-3)
    assert ours.parameter_errors["sigma_u"] == pytest.approx(ours.sigma_u * theirs.bse[3], rel=1e-3)


@pytest.mark.parametrize(("distribution", "mu"), [("half_normal", 0.0), ("truncated_normal", 0.8)])
def test_what_was_simulated_is_found(distribution, mu):
    outcome, regressors, u = simulated(mu=mu, n=4_000)
    fit = frontier_regression(outcome, regressors, ["x1", "x2"], distribution=distribution, alpha=0.05)
    distance = (fit.coefficients - [3, 0.7, -0.4]) / fit.std_errors
    assert (np.abs(distance) < 4).all()
    assert fit.sigma_v == pytest.approx(0.25, abs=4 * fit.parameter_errors["sigma_v"])
    assert fit.sigma_u == pytest.approx(0.6, abs=4 * fit.parameter_errors["sigma_u"])
    assert np.corrcoef(fit.expected_inefficiency, u)[0, 1] > 0.8
    assert np.exp(-u).mean() == pytest.approx(fit.efficiency.mean(), abs=0.05)
    assert ((fit.efficiency > 0) & (fit.efficiency <= 1)).all()
    assert fit.likelihood_ratio.rejects


def test_residuals_skewed_the_wrong_way_are_least_squares_and_said():
    outcome, regressors, _ = simulated(n=300)
    fit = frontier_regression(-outcome, regressors, ["x1", "x2"], alpha=0.05)
    design = np.column_stack([np.ones(300), regressors])
    assert fit.is_skewness_wrong
    assert fit.coefficients == pytest.approx(np.linalg.lstsq(design, -outcome, rcond=None)[0], rel=1e-10)
    assert (fit.sigma_u, fit.gamma) == (0.0, 0.0)
    assert (fit.efficiency == 1).all()
    assert fit.likelihood_ratio.p_value == 1
    assert "skewed the wrong way" in fit.caveat
    assert "sigma_u is 0" in fit.caveat
    assert fit.log_likelihood == fit.log_likelihood_ols


def few_rows(seed, n=40, n_regressors=7):
    """A small panel with many trending regressors of very different size, as five countries have."""
    random = np.random.Generator(np.random.PCG64(seed))
    trend = np.tile(np.arange(n // 5), 5)[:, None]
    regressors = np.exp(random.normal(size=(n, n_regressors))) + 0.3 * trend
    regressors = regressors * 10.0 ** np.arange(-3, n_regressors - 3)
    u = np.abs(random.normal(0, 0.5, n))
    return (
        1 + (regressors / regressors.std(axis=0)).sum(axis=1) - u,
        regressors,
        list("abcdefghij")[:n_regressors],
    )


def test_a_likelihood_that_rises_until_noise_vanishes_is_a_deterministic_frontier_and_said():
    outcome, regressors, terms = few_rows(seed=1)
    fit = frontier_regression(outcome, regressors, terms, alpha=0.05)
    assert fit.is_deterministic
    assert (fit.gamma, fit.sigma_v) == (1.0, 0.0)
    assert "noise vanishes" in fit.caveat
    assert np.isnan(fit.std_errors).all()
    assert not fit.likelihood_ratio.is_valid
    assert not fit.likelihood_ratio.rejects
    assert fit.residuals.max() < 1e-9
    assert fit.efficiency == pytest.approx(np.exp(np.minimum(fit.residuals, 0)))
    # A general optimiser agrees: least squares of the distance with every row below.
    scaled = np.column_stack([np.ones(40), (regressors - regressors.mean(axis=0)) / regressors.std(axis=0)])
    found = optimize.minimize(
        lambda b: ((scaled @ b - outcome) ** 2).sum(),
        np.r_[outcome.max() + 1, np.zeros(7)],
        jac=lambda b: 2 * scaled.T @ (scaled @ b - outcome),
        constraints={"type": "ineq", "fun": lambda b: scaled @ b - outcome, "jac": lambda b: scaled},
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-14},
    )
    assert fit.linear_prediction == pytest.approx(scaled @ found.x, abs=1e-5)
    assert fit.sigma_u == pytest.approx(np.sqrt(found.fun / 40), rel=1e-5)
    # And the likelihood comes up to that of the edge as noise goes to nothing.
    near = log_likelihood(fit.residuals - 1e-6, Parts(fit.sigma_u**2, 1e-14, 0.0))
    assert fit.log_likelihood == pytest.approx(near, abs=1e-3)
    assert fit.log_likelihood > fit.log_likelihood_ols


def test_few_rows_are_estimated_or_labelled_whatever_they_are():
    for seed in range(25):
        outcome, regressors, terms = few_rows(seed, n=35)
        fit = frontier_regression(outcome, regressors, terms, alpha=0.05)
        assert ((fit.efficiency > 0) & (fit.efficiency <= 1)).all()
        assert fit.log_likelihood >= fit.log_likelihood_ols
        assert fit.caveat or 0 < fit.gamma < 1
        assert fit.is_skewness_wrong == (fit.gamma == 0)


def test_a_truncated_normal_without_a_maximum_says_what_happens():
    outcome, regressors, terms = few_rows(seed=1)
    with pytest.raises(NotEstimable, match=r"rises until noise vanishes.*try 'half_normal'"):
        frontier_regression(outcome, regressors, terms, distribution="truncated_normal", alpha=0.05)


def test_the_edge_of_many_rows_binds_on_a_few_and_leaves_none_above():
    random = np.random.Generator(np.random.PCG64(5))
    regressors = random.normal(size=(20_000, 3))
    design = np.column_stack([np.ones(20_000), regressors])
    outcome = design @ [1.0, 2.0, -1.0, 0.5] + random.normal(size=20_000)
    start = np.linalg.lstsq(design, outcome, rcond=None)[0]
    distance = design @ deterministic_frontier(outcome, design, start) - outcome
    binding = np.flatnonzero(distance < 1e-7)
    assert distance.min() > -1e-7
    assert 1 <= binding.size <= 4
    # Optimal: the slope of the sum of squares is a sum of binding rows with weights that are not negative.
    weights, rest = optimize.nnls(design[binding].T, 2 * design.T @ distance)
    assert rest < 1e-5 * np.linalg.norm(2 * design.T @ distance)
    assert weights.min() >= 0


@pytest.mark.parametrize("mean", [0.0, 1.5])
def test_a_point_of_the_profile_is_the_best_for_its_gamma(firms, mean):
    outcome, regressors = firms
    design = np.column_stack([np.ones(60), regressors])
    start = np.linalg.lstsq(design, outcome, rcond=None)[0]
    point = profile_point(outcome, design, 0.7, mean, (start, 1.0))

    def value(theta):
        variance = theta[3] ** 2
        parts = Parts(0.7 * variance, 0.3 * variance, mean * np.sqrt(0.7) * theta[3])
        return log_likelihood(outcome - design @ theta[:3], parts)

    at = np.r_[point.coefficients, point.sigma]
    assert point.log_likelihood == pytest.approx(value(at), abs=1e-9)
    assert optimize.approx_fprime(at, value, 1e-7) == pytest.approx(np.zeros(4), abs=1e-3)


def test_units_and_the_size_of_numbers_do_not_matter(firms):
    outcome, regressors = firms
    first = frontier_regression(outcome, regressors, ["capital", "labour"], alpha=0.05)
    again = frontier_regression(
        1000 * outcome + 5e4, regressors * [1e6, 1e-6] + [3e7, 0], ["capital", "labour"], alpha=0.05
    )
    assert again.coefficients[1:] == pytest.approx(first.coefficients[1:] * [1e-3, 1e9], rel=1e-5)
    assert again.gamma == pytest.approx(first.gamma, rel=1e-5)
    assert again.log_likelihood == pytest.approx(first.log_likelihood - 60 * np.log(1000), abs=1e-5)


def test_any_order_of_rows_gives_the_same_bytes(firms):
    outcome, regressors = firms
    order = np.random.default_rng(3).permutation(outcome.size)
    first = frontier_regression(outcome, regressors, ["capital", "labour"], alpha=0.05)
    again = frontier_regression(outcome[order], regressors[order], ["capital", "labour"], alpha=0.05)
    assert again.coefficients.tobytes() == first.coefficients.tobytes()
    assert again.covariance.tobytes() == first.covariance.tobytes()
    assert again.efficiency.tobytes() == first.efficiency[order].tobytes()


def test_the_mixture_of_the_likelihood_ratio_test():
    # Kodde and Palm (1986), table 1, 5 %: 2.706 with one restriction and 5.138 with two.
    assert likelihood_ratio(2.706 / 2, 0, False, 0.05).p_value == pytest.approx(0.05, abs=1e-4)
    assert likelihood_ratio(5.138 / 2, 0, True, 0.05).p_value == pytest.approx(0.05, abs=1e-4)


def test_a_panel_and_its_table(firms):
    outcome, regressors = firms
    panel = panel_data(outcome, regressors, ["capital", "labour"], np.arange(60), np.zeros(60))
    fit = frontier(panel, alpha=0.05)
    frame = fit.to_frame()
    assert frame["term"].tolist() == ["const", "capital", "labour", "sigma_u", "sigma_v", "sigma2", "gamma"]
    assert fit.residuals == pytest.approx(outcome - fit.linear_prediction)


def test_bad_input_is_refused(firms):
    outcome, regressors = firms
    terms = ["capital", "labour"]
    with pytest.raises(ValueError, match="expected 'half_normal'"):
        frontier_regression(outcome, regressors, terms, distribution="gamma", alpha=0.05)
    with pytest.raises(NotEstimable, match="5 observations for 5 parameters"):
        frontier_regression(outcome[:5], regressors[:5], terms, alpha=0.05)
    with pytest.raises(CollinearTerms, match="labour"):
        frontier_regression(
            outcome, np.column_stack([regressors[:, 0], 2 * regressors[:, 0]]), terms, alpha=0.05
        )
    with pytest.raises(NotEstimable, match="fitted exactly"):
        frontier_regression(regressors @ [1.0, 2.0], regressors, terms, alpha=0.05)
    with pytest.raises(NonFiniteInput, match="row 2"):
        frontier_regression(np.where(np.arange(60) == 2, np.nan, outcome), regressors, terms, alpha=0.05)
