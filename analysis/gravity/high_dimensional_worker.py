"""The worker process: pyfixest fits Poisson means with high-dimensional effects, one request after the other.

Started by `high_dimensional` with a fixed hash seed: pyfixest 0.60 puts the sets of effects into an order
that depends on it, and with it the last digits of every result.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

import numpy as np

from analysis.gravity.poisson_covariance import clustered_meat
from analysis.gravity.poisson_iterations import cross_product
from analysis.gravity.separation import proves_finite_estimates
from analysis.gravity.worker_messages import receive, send

EFFECT_TOLERANCE = 1e-8
DEVIANCE_TOLERANCE = 1e-10
MAX_SWEEPS = 10_000
MAX_ITERATIONS = 100


def fit(request: dict[str, Any]) -> dict[str, Any]:
    """Fit one Poisson mean.

    Parameters
    ----------
    request : dict
        'outcome' (n,), 'columns' (k, n), 'codes' (q, n), 'clusters' (n,), (n, 2) or None, 'meat': 'none',
        'rows' or 'clusters'.

    Returns
    -------
    dict
        'coefficients' (p,), 'collinear' (positions of the columns left out), 'unscaled' (p, p), 'meat' (p,
        p), 'mu' (n,), 'is_proof' (that no row is separated); or 'failure', a sentence.
    """
    import pandas as pd
    import pyfixest as pf

    outcome, columns, codes = request["outcome"], request["columns"], request["codes"]
    names = [f"x{position}" for position in range(len(columns))]
    effects = [f"effect{position}" for position in range(len(codes))]
    frame = pd.DataFrame(
        {
            "outcome": outcome,
            **dict(zip(names, columns, strict=True)),
            **dict(zip(effects, codes, strict=True)),
        },
        copy=False,
    )
    try:
        model = pf.fepois(
            f"outcome ~ {' + '.join(names)} | {' + '.join(effects)}",
            frame,
            vcov="iid",  # covariances are ours: see the defect of its nested count of effects
            ssc=pf.ssc(k_adj=False, G_adj=False),
            fixef_rm="none",
            iwls_tol=DEVIANCE_TOLERANCE,
            iwls_maxiter=MAX_ITERATIONS,
            demeaner=pf.MapDemeaner(fixef_tol=EFFECT_TOLERANCE, fixef_maxiter=MAX_SWEEPS, backend="rust"),
            separation_check=[],
            copy_data=False,
            store_data=False,
        )
    except (ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
        return {"failure": f"{type(error).__name__}: {' '.join(str(error).split())}"}
    if not model.convergence:
        return {"failure": f"no convergence in {MAX_ITERATIONS} iterations"}
    if outcome.size != model._N:
        return {"failure": f"{outcome.size} rows were sent and {model._N} entered"}
    mu = model._Y_hat_response
    root = np.sqrt(model._irls_weights)
    within = model._X / root[:, None]
    unscaled = np.linalg.inv(model._hessian)
    step = model._Y_hat_link - np.log(model._irls_weights)
    return {
        "coefficients": model._beta_hat,
        "collinear": [names.index(name) for name in model._collin_vars or ()],
        "unscaled": unscaled,
        "meat": _meat(request, within, outcome - mu),
        "mu": mu,
        "is_proof": proves_finite_estimates(model._irls_weights, step, outcome == 0),
    }


def _meat(request: dict[str, Any], within: np.ndarray, residuals: np.ndarray) -> np.ndarray | None:
    if request["meat"] == "clusters":
        return clustered_meat(within, residuals, request["clusters"])
    if request["meat"] == "rows":
        scores = within * residuals[:, None]
        return cross_product(scores, scores)
    return None


def main() -> None:
    """Answer requests until the other side closes the pipe."""
    replies = os.fdopen(os.dup(1), "wb", buffering=1 << 20)
    os.dup2(2, 1)  # whatever a library prints goes to stderr and not between the replies
    requests = sys.stdin.buffer
    warnings.simplefilter("ignore")
    while True:
        try:
            request = receive(requests)
        except EOFError:
            return
        try:
            reply = fit(request)
        except Exception as error:  # the session has to hear of it, whatever it is
            reply = {"failure": f"{type(error).__name__}: {' '.join(str(error).split())}"}
        send(replies, reply)


if __name__ == "__main__":
    main()
