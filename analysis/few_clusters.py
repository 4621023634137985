"""Which inference is read first: for few clusters where there are few, whatever the estimator."""

from __future__ import annotations

from analysis.estimators import Fit, estimate, n_clusters_of
from analysis.gravity.cluster_jackknife import cluster_jackknife
from analysis.gravity.errors import EstimationError, NotEstimable
from analysis.gravity.fit import LinearFit
from analysis.gravity.frontier import FrontierFit
from analysis.gravity.inference import FewClusters, Inference, infer, leading_inference
from analysis.gravity.influence import leave_out, panel_rows
from analysis.gravity.panel_data import PanelData
from analysis.gravity.poisson_fit import PoissonFit


def inference_to_lead(
    key: tuple[str, str], fit: Fit, panel: PanelData, level: float, few: FewClusters
) -> tuple[Inference, str]:
    """Return the inference to be read first, and why it is none for few clusters where it should be.

    Least squares has the method of `few`. A Poisson mean and a frontier have the cluster jackknife, whatever
    that method is: both are estimated again without each partner.

    Parameters
    ----------
    key : (str, str)
        Estimator and covariance.
    fit : Fit
    panel : PanelData
        What the fit explained.
    level : float
        Coverage of the intervals.
    few : FewClusters

    Returns
    -------
    inference : Inference
    why_not : str
        A sentence's part; empty where clusters are enough or a method holds.
    """
    if isinstance(fit, LinearFit):
        return leading_inference(fit, level, few), ""
    usual = infer(fit, level)
    if n_clusters_of(fit, panel) >= few.below:
        return usual, ""
    used = panel
    if isinstance(fit, PoissonFit) and fit.separation.n_separated:
        # A separated row stays separated when others go; its partner, if all of it is, is no cluster.
        used = panel_rows(panel, ~fit.separation.is_separated)
    try:
        influence = leave_out(used, lambda part: _inside(estimate(*key, part, 1 - level)), "partner")
        if influence.terms != fit.terms:
            raise NotEstimable("cluster jackknife: the rows that enter do not give the terms of the fit")
        return cluster_jackknife(influence, fit.coefficients, level), ""
    except EstimationError as error:
        return usual, str(error)


def _inside(fit: Fit) -> Fit:
    """A frontier at an edge of its parameters is another model, so its coefficients are no replicate."""
    if isinstance(fit, FrontierFit) and not 0 < fit.gamma < 1:
        edge = "no inefficiency" if fit.gamma == 0 else "no noise"
        raise NotEstimable(f"the frontier has {edge}, gamma = {fit.gamma:g}")
    return fit
