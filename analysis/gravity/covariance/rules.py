"""Which covariance matrix, with which small-sample rule, judged by which distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FEW_PARTNERS = 20
"""Fewer partners than this are too few for errors that hang together within a partner.

Between 20 and 50 is usual (Cameron and Miller, 2015, A Practitioner's Guide to Cluster-Robust Inference).
"""

# First of each kind: the default. What the rules are called after is the program that uses them.
SMALL_SAMPLE_RULES: dict[str, dict[str, str]] = {
    "classical": {"n_minus_k": "RSS/(n-k)"},
    "hc0": {"none": "1"},
    "hc1": {"stata_regress": "n/(n-k)", "stata_ppml": "n/(n-1)", "none": "1"},
    "hc2": {
        "effects_in_leverage": "1/(1-h), effects counted in the leverage h",
        "transformed_leverage": "1/(1-h), leverage h of the transformed regressors alone",
    },
    "hc3": {
        "effects_in_leverage": "1/(1-h)^2, effects counted in the leverage h",
        "transformed_leverage": "1/(1-h)^2, leverage h of the transformed regressors alone",
    },
    "cr0": {"none": "1"},
    "cr1": {
        "nested_excluded": "G/(G-1) * (n-1)/(n-k), partner effects not counted in k",
        "stata_regress": "G/(G-1) * (n-1)/(n-k), partner effects counted in k",
        "groups_only": "G/(G-1)",
        "none": "1",
    },
    "cr2": {"none": "1"},
    "cr3": {"none": "1", "jackknife": "(G-1)/G"},
    "two_way": {
        "min_clusters": "G/(G-1) * (n-1)/(n-k) with the smaller G for all parts, nested effects not in k",
        "each_own": "G/(G-1) * (n-1)/(n-k) with each part's own G, all effects counted in k",
        "min_groups_only": "G/(G-1) with the smaller G for all parts",
        "none": "1",
    },
    "driscoll_kraay": {
        "none": "1",
        "fixest": "T/(T-1) * (n-1)/(n-k), effects counted in k",
        "linearmodels": "n/(n-a), a absorbed effects",
        "n_minus_k": "n/(n-k), effects counted in k",
    },
}

SATTERTHWAITE_KINDS = ("cr2", "cr3")

Kind = Literal[
    "classical", "hc0", "hc1", "hc2", "hc3", "cr0", "cr1", "cr2", "cr3", "two_way", "driscoll_kraay"
]
Distribution = Literal["normal", "t", "satterthwaite"]


@dataclass(frozen=True)
class CovarianceRule:
    """How standard errors are computed and which distribution judges them.

    Attributes
    ----------
    kind : str
        'classical': homoskedastic. 'hc0' to 'hc3': heteroskedasticity-robust. 'cr0' to 'cr3': clustered by
        partner ('cr0' is Arellano's, 'cr2' bias-reduced, 'cr3' the jackknife). 'two_way': clustered by
        partner and by period. 'driscoll_kraay': dependence between partners and over time.
    distribution : {'normal', 't', 'satterthwaite'}
        t has the residual degrees of freedom; with clusters one less than there are clusters (the smaller
        number where there are two kinds; periods for 'driscoll_kraay'). 'satterthwaite': t with degrees of
        freedom of each coefficient, for 'cr2' and 'cr3'.
    small_sample : str
        A name of `SMALL_SAMPLE_RULES[kind]`; empty takes the first.
    lag : int or None
        Of 'driscoll_kraay', in periods; None takes the whole part of the fourth root of their number.
    """

    kind: Kind
    distribution: Distribution
    small_sample: str = ""
    lag: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in SMALL_SAMPLE_RULES:
            raise ValueError(f"covariance kind {self.kind!r}: expected one of {list(SMALL_SAMPLE_RULES)}")
        if self.distribution not in ("normal", "t", "satterthwaite"):
            raise ValueError(f"distribution {self.distribution!r}: expected 'normal', 't' or 'satterthwaite'")
        if self.distribution == "satterthwaite" and self.kind not in SATTERTHWAITE_KINDS:
            raise ValueError(
                f"{self.kind} has no degrees of freedom by Satterthwaite: expected one of "
                f"{list(SATTERTHWAITE_KINDS)}"
            )
        rules = SMALL_SAMPLE_RULES[self.kind]
        if not self.small_sample:
            object.__setattr__(self, "small_sample", next(iter(rules)))
        elif self.small_sample not in rules:
            raise ValueError(
                f"small-sample rule {self.small_sample!r} of {self.kind}: expected {list(rules)}"
            )
        if self.lag is not None and (self.kind != "driscoll_kraay" or self.lag < 0):
            raise ValueError(f"lag {self.lag} of {self.kind}: expected 0 or more, for 'driscoll_kraay' only")

    @property
    def name(self) -> str:
        """Kind and distribution, as in 'cr1_t'."""
        return f"{self.kind}_{self.distribution}"

    @property
    def label(self) -> str:
        """The small-sample rule in a few words."""
        return SMALL_SAMPLE_RULES[self.kind][self.small_sample]


CLASSICAL_T = CovarianceRule("classical", "t")
CLASSICAL_NORMAL = CovarianceRule("classical", "normal")


def covariance_rule(name: str, small_sample: str = "", lag: int | None = None) -> CovarianceRule:
    """Read a rule from its name, as in 'classical_normal', 'cr1_t' or 'cr2_satterthwaite'."""
    kind, _, distribution = name.rpartition("_")
    return CovarianceRule(kind, distribution, small_sample, lag)
