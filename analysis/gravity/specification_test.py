"""What a specification test found, in numbers and in a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class SpecificationTest:
    """One test and what follows from it.

    Attributes
    ----------
    test : str
        Code: 'f_partner_effects', 'breusch_pagan_lm', 'hausman_default', 'hausman_sigmamore',
        'hausman_sigmaless'.
    null : str
        The hypothesis that is tested.
    statistic : float
    df1, df2 : float
        Degrees of freedom; df2 is nan for chi-squared tests.
    p_value : float
        nan where the statistic has no distribution under the null (a negative Hausman statistic).
    is_valid : bool
        Whether the statistic can carry a conclusion.
    conclusion : str
        A plain sentence at level `alpha`.
    caveat : str
        Empty when there is none.
    alpha : float
    """

    test: str
    null: str
    statistic: float
    df1: float
    df2: float
    p_value: float
    is_valid: bool
    conclusion: str
    caveat: str
    alpha: float

    @property
    def rejects(self) -> bool:
        """Whether the test is valid and rejects its null at `alpha`."""
        return self.is_valid and self.p_value < self.alpha

    @property
    def summary(self) -> str:
        """Statistic, degrees of freedom and p-value, as in 'F(4, 28) = 5.88, p = 0.0015'."""
        return summarise(self.statistic, self.df1, self.df2, self.p_value)


def conclude(is_valid: bool, is_rejected: bool, summary: str, rejected: str, kept: str) -> str:
    """Choose the sentence that the result supports; none when the test is not valid."""
    if not is_valid:
        return f"no conclusion ({summary})"
    return f"{rejected if is_rejected else kept}: {summary}"


def summarise(statistic: float, df1: float, df2: float, p_value: float) -> str:
    """Write statistic, degrees of freedom (df2 nan: chi-squared) and p-value."""
    name = f"chi2({df1:g})" if math.isnan(df2) else f"F({df1:g}, {df2:g})"
    if math.isnan(p_value):
        p_text = "p undefined"
    else:
        p_text = "p < 0.0001" if p_value < 0.0001 else f"p = {p_value:.4f}"
    return f"{name} = {statistic:.2f}, {p_text}"
