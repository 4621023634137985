"""Poisson pseudo-maximum likelihood with high-dimensional effects: pyfixest, kept in a process of its own.

pyfixest needs seconds to import and to compile, so one worker is started per session and kept. It returns
point estimates and sums of squares; separation, covariances and their small-sample factors are ours.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.errors import (
    CollinearTerms,
    MissingLibrary,
    NotEstimable,
    WorkerFailed,
)
from analysis.gravity.poisson import (
    CLUSTERED,
    STATA_PPML,
    Collinear,
    PoissonSample,
    finish,
    poisson_sample,
)
from analysis.gravity.poisson_covariance import counted, scaled_sandwich
from analysis.gravity.poisson_data import scaled_columns
from analysis.gravity.poisson_fit import PoissonFit
from analysis.gravity.poisson_iterations import poisson_deviance
from analysis.gravity.separation import separation_by_levels, separation_of
from analysis.gravity.worker_messages import receive, send

WORKER = "analysis.gravity.high_dimensional_worker"
# One order of effects and one order of summation, whatever the session's own settings are.
WORKER_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


class HighDimensionalWorker:
    """A process that fits; started by the first request, ended by `close` or with the session.

    Use it as a context manager, or use none and let `ppml_high_dimensional` keep one for the session.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> HighDimensionalWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Of the running worker; None before the first request and after `close`."""
        return None if self._process is None else self._process.pid

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request and wait for its reply.

        Raises
        ------
        MissingLibrary
            pyfixest is not installed.
        WorkerFailed
            The worker ended before it replied; the next request starts a new one.
        """
        with self._lock:
            process = self._started()
            try:
                send(process.stdin, request)
                return receive(process.stdout)
            except (EOFError, OSError) as error:
                code = self._end()
                raise WorkerFailed(
                    f"the worker for high-dimensional effects ended with code {code} before it replied"
                ) from error
            except BaseException:
                # An interrupted exchange leaves half a message in the pipe: the worker cannot be used again.
                self._end(at_once=True)
                raise

    def close(self) -> None:
        """End the worker, if it runs."""
        with self._lock:
            self._end()

    def _started(self) -> subprocess.Popen:
        if self._process is not None and self._process.poll() is None:
            return self._process
        if importlib.util.find_spec("pyfixest") is None:
            raise MissingLibrary(
                "PPML with high-dimensional effects needs pyfixest: install the extra with "
                "`pip install 'serai[hdfe]'`, or use poisson_regression for some ten thousand effects"
            )
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-m", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **WORKER_ENVIRONMENT, "PYTHONPATH": path},
        )
        return self._process

    def _end(self, *, at_once: bool = False) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        if at_once:
            process.kill()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what was not yet written cannot be
                stream.close()
        try:
            return process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


SESSION_WORKER = HighDimensionalWorker()
"""The worker of this session; nothing runs before the first fit."""
atexit.register(SESSION_WORKER.close)


def ppml_high_dimensional(
    outcome: np.ndarray,
    regressors: np.ndarray,
    terms: Sequence[str],
    effects: Mapping[str, Sequence],
    *,
    clusters: Sequence | None = None,
    rule: CovarianceRule | None = None,
    collinear: Collinear = "raise",
    outcome_name: str = "outcome",
    worker: HighDimensionalWorker | None = None,
) -> PoissonFit:
    """Fit E(y) = exp(X b + effects) with effects of many levels, such as exporter-year, importer-year and
    pair.

    Levels without a positive outcome are left out before the fit. Whether other rows are separated is read
    from the last step of the fit: it proves that there are none (see `separation`), or else they are found
    exactly, left out, and the fit is repeated.

    Parameters
    ----------
    outcome, regressors, terms, clusters, rule, collinear, outcome_name
        As for `poisson_regression`, whose numbers this equals to about 1e-7.
    effects : mapping of str to array_like, shape (n,)
        At least one set.
    worker : HighDimensionalWorker, optional
        Default: that of the session.

    Returns
    -------
    PoissonFit
        Row results in the order given; the same bytes for any order, hash seed and number of threads.

    Raises
    ------
    MissingLibrary
        pyfixest is not installed.
    WorkerFailed
        The worker ended or pyfixest broke off; the message says how.
    NonFiniteInput, EstimationError, CollinearTerms, NotEstimable, ValueError
        As `poisson_regression`.
    """
    if not effects or not len(terms):
        raise ValueError("high-dimensional effects: expected at least one set of effects and one term")
    worker = worker or SESSION_WORKER
    rule = rule or (STATA_PPML if clusters is None else CLUSTERED)
    given = poisson_sample(outcome, regressors, terms, effects, clusters, outcome_name, rule)
    sample = given.without(separation_by_levels(given.outcome, given.effects))
    reply = _ask(worker, sample, rule)
    if "failure" in reply or not reply["is_proof"]:
        settled = separation_of(given.outcome, given.regressors, given.terms, given.effects)
        if settled.n_separated > sample.separation.n_separated:
            sample = given.without(settled)
            reply = _ask(worker, sample, rule)
    if "failure" in reply:
        raise WorkerFailed(f"high-dimensional effects: {reply['failure']}")
    return _fit(sample, reply, rule, collinear)


def _ask(worker: HighDimensionalWorker, sample: PoissonSample, rule: CovarianceRule) -> dict[str, Any]:
    if sample.outcome.size <= len(sample.terms):
        raise NotEstimable(f"{sample.outcome.size} observations for {len(sample.terms)} coefficients")
    columns, spread = scaled_columns(sample.regressors)
    meat = {"classical": "none", "hc0": "rows", "hc1": "rows"}.get(rule.kind, "clusters")
    scale = sample.outcome.mean()
    if meat == "clusters" and (sample.clusters.max(axis=0) == 0).any():
        raise NotEstimable("clustered standard errors need at least 2 clusters, seen 1")
    constant = spread == 0
    if constant.all():
        raise CollinearTerms("no term varies in the rows that are left", sample.terms)
    reply = worker.ask(
        {
            "outcome": sample.outcome / scale,
            "columns": np.ascontiguousarray(columns.T[~constant]),
            "codes": sample.effects.codes,
            "clusters": sample.clusters if meat == "clusters" else None,
            "meat": meat,
        }
    )
    if "failure" in reply:
        return reply
    varying = np.flatnonzero(~constant)
    used = ~constant
    used[varying[reply["collinear"]]] = False
    return {**reply, "used": used, "spread": spread, "scale": scale}


def _fit(
    sample: PoissonSample, reply: dict[str, Any], rule: CovarianceRule, collinear: Collinear
) -> PoissonFit:
    used, divisor, scale = reply["used"], reply["spread"][reply["used"]], reply["scale"]
    terms = tuple(term for term, is_used in zip(sample.terms, used, strict=True) if is_used)
    dropped = tuple(term for term, is_used in zip(sample.terms, used, strict=True) if not is_used)
    caveats = ()
    if dropped:
        reason = f"{', '.join(dropped)}: absorbed by the effects or dependent on other terms"
        if collinear == "raise" and not sample.separation.n_separated:
            raise CollinearTerms(f"terms that cannot be estimated ({reason})", dropped)
        caveats = (f"dropped terms ({reason})",)
    counts = counted(sample.effects, sample.clusters, sample.outcome.size, len(terms))
    # In units of the outcome: scores are linear in it, and so is X'WX.
    unscaled = reply["unscaled"] / scale
    meat = None if reply["meat"] is None else reply["meat"] * scale**2
    covariance = scaled_sandwich(rule, unscaled, meat, counts)
    back = np.outer(1 / divisor, 1 / divisor)
    mu = reply["mu"] * scale
    return finish(
        sample,
        estimator="ppml_high_dimensional",
        terms=terms,
        coefficients=reply["coefficients"] / divisor,
        covariance=covariance.matrix * back,
        unscaled=unscaled * back,
        rule=rule,
        note=covariance.note,
        df=covariance.df,
        mu=mu,
        eta=np.log(mu),
        deviance=poisson_deviance(sample.outcome, mu),
        n_clusters=counts.n_clusters,
        n_iterations=None,
        dropped=dropped,
        caveats=(*caveats, *covariance.caveats),
    )
