"""Codes in the words of a paper."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.specification_tests import summarise

EFFECTS = {
    "pooled_ols": "none",
    "fixed_effects": "partner",
    "two_way_fixed_effects": "partner, year",
    "first_difference": "differenced",
    "between": "partner means",
    "random_effects": "partner, random",
    "random_effects_baltagi_chang": "partner, random",
    "random_effects_amemiya": "partner, random",
    "random_effects_wallace_hussain": "partner, random",
    "random_effects_nerlove": "partner, random",
    "random_effects_sigma_u_zero": "random, variance set to 0",
    "ppml": "none",
    "ppml_partner_effects": "partner",
    "ppml_year_effects": "year",
    "ppml_partner_year_effects": "partner, year",
    "frontier_half_normal": "none",
    "frontier_truncated_normal": "none",
}
"""What an estimator does about effects; one that is not named here says nothing of them."""

_TITLES = {
    "pooled_ols": "Pooled OLS",
    "two_way_fixed_effects": "Two-way fixed effects",
    "random_effects_baltagi_chang": "Random effects, Baltagi-Chang",
    "random_effects_amemiya": "Random effects, Amemiya",
    "random_effects_wallace_hussain": "Random effects, Wallace-Hussain",
    "random_effects_nerlove": "Random effects, Nerlove",
    "ppml": "PPML, levels",
    "ppml_partner_effects": "PPML, levels",
    "ppml_year_effects": "PPML, levels",
    "ppml_partner_year_effects": "PPML, levels",
    "ppml_high_dimensional": "PPML, levels",
    "frontier_half_normal": "Frontier, half-normal",
    "frontier_truncated_normal": "Frontier, truncated-normal",
    "random_effects_sigma_u_zero": "Random effects, σᵤ = 0",
    "f_partner_effects": "F test of partner effects",
    "breusch_pagan_lm": "Breusch-Pagan LM",
    "hausman_default": "Hausman",
    "hausman_sigmamore": "Hausman, sigmamore",
    "hausman_sigmaless": "Hausman, sigmaless",
    "baltagi_li": "Baltagi-Li",
    "breusch_godfrey": "Breusch-Godfrey",
    "breusch_pagan_cross_section": "Breusch-Pagan, across partners",
    "durbin_watson": "Durbin-Watson",
    "jarque_bera": "Jarque-Bera",
    "mundlak_clustered": "Mundlak, clustered",
    "pesaran_cd": "Pesaran CD",
    "modified_wald": "Modified Wald",
    "wooldridge_serial_correlation": "Wooldridge, serial correlation",
    "likelihood_ratio_inefficiency": "Likelihood ratio, inefficiency",
    "reset_ols": "RESET",
    "reset_ppml": "RESET",
}

_COVARIANCES = {
    "classical": "classical",
    "cr0": "clustered, CR0",
    "cr1": "clustered, CR1",
    "cr2": "clustered, CR2",
    "cr3": "clustered, CR3",
    "two_way": "clustered two ways",
    "driscoll_kraay": "Driscoll-Kraay",
}

_METHODS = {
    "normal": "normal distribution",
    "t": "t distribution",
    "cr2_satterthwaite": "CR2, Satterthwaite",
    "wild_cluster_bootstrap": "wild cluster bootstrap",
    "cluster_jackknife": "cluster jackknife",
}


def test_in_words(statistic: float, df1: float, df2: float, p_value: float, is_valid: bool) -> str:
    """Return statistic, degrees of freedom and p-value; of a measure that is no test, the number alone."""
    if math.isnan(statistic):
        return "not made"
    if math.isnan(df1) and math.isnan(p_value):
        return f"{statistic:.2f}"
    told = summarise(statistic, df1, df2, p_value)
    return told if is_valid else f"{told} (not valid)"


def title_of(code: str) -> str:
    """Return a code in words: from the list of names, else with spaces and a capital."""
    measure, _, term = code.partition(" ")
    if measure == "vif" and term:
        return f"VIF of {term}"
    return _TITLES.get(code, sentence(code.replace("_", " ")))


def covariance_footer(rule: CovarianceRule) -> dict[str, str]:
    """Return the footer lines of a covariance: its kind and the name of its small-sample rule."""
    return {
        "Standard errors": _COVARIANCES.get(rule.kind, rule.kind.upper()),
        "Small-sample rule": rule.small_sample.replace("_", " "),
    }


def covariance_note(rule: CovarianceRule) -> str:
    """Return what the small-sample rule is, for a note: 'Groups only: G/(G-1)'."""
    return f"{sentence(rule.small_sample.replace('_', ' '))}: {rule.label}"


def inference_in_words(method: str) -> str:
    """Return by what p-values and intervals are found."""
    return _METHODS.get(method, method.replace("_", " "))


def sentence(text: str) -> str:
    """Return a text with a capital letter first."""
    return text[:1].upper() + text[1:]


def whole(number: Any) -> str:
    """Return a count with thousands apart; empty where there is none."""
    return "" if pd.isna(number) else f"{int(number):,}"
