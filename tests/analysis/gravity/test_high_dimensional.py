from __future__ import annotations

import importlib.util
import os

import numpy as np
import pytest

from analysis.gravity import high_dimensional
from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.errors import CollinearTerms, MissingLibrary, WorkerFailed
from analysis.gravity.high_dimensional import HighDimensionalWorker, ppml_high_dimensional
from analysis.gravity.poisson import poisson_regression
from tests.analysis.in_another_process import printed, start

TERMS = ["x1", "x2"]


def three_way(n_countries: int = 8, n_years: int = 6):
    random = np.random.Generator(np.random.PCG64(11))
    grid = np.meshgrid(np.arange(n_countries), np.arange(n_countries), np.arange(n_years), indexing="ij")
    exporter, importer, year = (axis.ravel() for axis in grid)
    effects = {
        "exporter_year": exporter * n_years + year,
        "importer_year": importer * n_years + year,
        "pair": exporter * n_countries + importer,
    }
    regressors = random.normal(size=(year.size, 2))
    level = random.normal(size=n_countries**2)[effects["pair"]]
    outcome = np.exp(regressors @ [0.5, -0.3] + level) * random.gamma(2, 0.5, year.size)
    outcome[random.random(year.size) < 0.3] = 0
    return outcome, regressors, effects


@pytest.fixture(scope="module")
def worker():
    with HighDimensionalWorker() as worker:
        yield worker


@pytest.mark.parametrize(
    "rule",
    [
        CovarianceRule("cr1", "normal", "groups_only"),
        CovarianceRule("cr1", "normal", "nested_excluded"),
        CovarianceRule("hc1", "normal", "stata_ppml"),
        CovarianceRule("classical", "normal"),
    ],
    ids=lambda rule: f"{rule.kind} {rule.small_sample}",
)
def test_the_worker_and_our_own_iterations_agree(worker, rule):
    outcome, regressors, effects = three_way()
    ours = poisson_regression(
        outcome, regressors, TERMS, effects=effects, clusters=effects["pair"], rule=rule
    )
    fit = ppml_high_dimensional(
        outcome, regressors, TERMS, effects, clusters=effects["pair"], rule=rule, worker=worker
    )
    assert fit.coefficients == pytest.approx(ours.coefficients, rel=1e-8)
    assert fit.std_errors == pytest.approx(ours.std_errors, rel=1e-6)
    assert fit.mu == pytest.approx(ours.mu, rel=1e-5, abs=1e-12)
    assert fit.covariance_note == ours.covariance_note
    assert fit.n_obs == ours.n_obs


def test_rows_that_a_regressor_separates_are_found_by_the_proof_and_left_out(worker):
    outcome, regressors, effects = three_way()
    chosen = np.flatnonzero(outcome == 0)[:5]
    ban = np.zeros(outcome.size)
    ban[chosen] = [1, 2, 3, 2, 1]
    terms = [*TERMS, "ban"]
    columns = np.column_stack([regressors, ban])
    fit = ppml_high_dimensional(outcome, columns, terms, effects, worker=worker)
    ours = poisson_regression(outcome, columns, terms, effects=effects)
    assert set(chosen) <= set(fit.separated_rows)
    assert fit.separated_rows.tolist() == ours.separated_rows.tolist()
    assert fit.dropped == ("ban",)
    assert fit.coefficients == pytest.approx(ours.coefficients, rel=1e-7)


def test_any_order_of_rows_gives_the_same_bytes(worker):
    outcome, regressors, effects = three_way()
    order = np.random.default_rng(2).permutation(outcome.size)
    first = ppml_high_dimensional(
        outcome, regressors, TERMS, effects, clusters=effects["pair"], worker=worker
    )
    again = ppml_high_dimensional(
        outcome[order],
        regressors[order],
        TERMS,
        {name: codes[order] for name, codes in effects.items()},
        clusters=effects["pair"][order],
        worker=worker,
    )
    assert again.coefficients.tobytes() == first.coefficients.tobytes()
    assert again.covariance.tobytes() == first.covariance.tobytes()
    assert again.mu.tobytes() == first.mu[order].tobytes()


def test_two_hash_seeds_give_the_same_bytes():
    script = (
        "import hashlib\n"
        "from tests.analysis.gravity.test_high_dimensional import TERMS, three_way\n"
        "from analysis.gravity.covariance import CovarianceRule\n"
        "from analysis.gravity.high_dimensional import ppml_high_dimensional\n"
        "y, x, e = three_way()\n"
        "r = CovarianceRule('cr1', 'normal', 'nested_excluded')\n"
        "f = ppml_high_dimensional(y, x, TERMS, e, clusters=e['pair'], rule=r)\n"
        "print(hashlib.sha256(f.coefficients.tobytes() + f.covariance.tobytes() + "
        "f.mu.tobytes()).hexdigest())\n"
    )
    started = [start(script, hash_seed=seed, threads=seed) for seed in ("1", "2")]
    assert len({printed(process) for process in started}) == 1


def test_a_term_that_effects_absorb_is_named(worker):
    outcome, regressors, effects = three_way()
    columns = np.column_stack([regressors, effects["pair"] % 7])
    with pytest.raises(CollinearTerms, match="x3"):
        ppml_high_dimensional(outcome, columns, [*TERMS, "x3"], effects, worker=worker)
    fit = ppml_high_dimensional(outcome, columns, [*TERMS, "x3"], effects, collinear="drop", worker=worker)
    assert fit.terms == tuple(TERMS)


def test_the_worker_is_kept_and_ends_when_closed():
    worker = HighDimensionalWorker()
    outcome, regressors, effects = three_way()
    ppml_high_dimensional(outcome, regressors, TERMS, effects, worker=worker)
    first = worker.process_id
    ppml_high_dimensional(outcome, regressors, TERMS, effects, worker=worker)
    assert worker.process_id == first
    worker.close()
    assert worker.process_id is None
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_a_worker_that_dies_is_told_and_replaced(monkeypatch):
    monkeypatch.setattr(high_dimensional, "WORKER", "this.module.is.not.there")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    outcome, regressors, effects = three_way()
    with HighDimensionalWorker() as worker:
        with pytest.raises(WorkerFailed, match="ended with code 1 before it replied"):
            ppml_high_dimensional(outcome, regressors, TERMS, effects, worker=worker)
        assert worker.process_id is None


def test_without_pyfixest_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    outcome, regressors, effects = three_way()
    with (
        HighDimensionalWorker() as worker,
        pytest.raises(MissingLibrary, match=r"pip install 'serai\[hdfe\]'"),
    ):
        ppml_high_dimensional(outcome, regressors, TERMS, effects, worker=worker)


def test_importing_the_estimator_does_not_import_pyfixest():
    script = "import sys, analysis.gravity.high_dimensional; print('pyfixest' in sys.modules)"
    assert printed(start(script, hash_seed="0", threads="1")).strip() == "False"
