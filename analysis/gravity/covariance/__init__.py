"""Covariance matrices of coefficients, each with the name of its small-sample rule."""

from analysis.gravity.covariance.estimation import CovarianceEstimate, estimate_covariance
from analysis.gravity.covariance.rules import (
    CLASSICAL_NORMAL,
    CLASSICAL_T,
    FEW_PARTNERS,
    SMALL_SAMPLE_RULES,
    CovarianceRule,
    covariance_rule,
)

__all__ = [
    "CLASSICAL_NORMAL",
    "CLASSICAL_T",
    "FEW_PARTNERS",
    "SMALL_SAMPLE_RULES",
    "CovarianceEstimate",
    "CovarianceRule",
    "covariance_rule",
    "estimate_covariance",
]
