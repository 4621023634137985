"""Plain sentences that a reader of a number must not miss."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from analysis.design import PanelInputs, equation_variables
from analysis.equation import Equation, Key
from analysis.estimators import Fit, n_clusters_of
from analysis.gravity.covariance import FEW_PARTNERS
from analysis.gravity.fit import LinearFit
from analysis.gravity.inference import Inference
from analysis.gravity.selection import PRESUME_NO_EFFECTS
from analysis.index.composite import CompositeIndex
from analysis.index.pca import NEAR_TIE, sign_margins
from analysis.sample import Sample
from analysis.study import Study

WITHIN = "no variation over time within any partner"
ABSORBED = {"two_way_fixed_effects": "partner and period effects tell all of it"}
"""Why a term is left out, by estimator; `WITHIN` where none is named."""


def sentence(text: str) -> str:
    """Return a text as one sentence: capital first, full stop last."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def joined(texts: Iterable[str]) -> str:
    """Return sentences as one text, each once, the empty ones left out."""
    return " ".join(dict.fromkeys(sentence(text) for text in texts if text.strip()))


def fit_caveat(
    study: Study,
    equation: Equation,
    key: Key,
    inputs: PanelInputs,
    about_index: Iterable[str],
    against: str = "",
) -> str:
    """What must stay beside the fit of one specification.

    Parameters
    ----------
    about_index : iterable of str
        Sentences about the study's own index under this fill set; used where the equation has it.
    against : str
        What the tests say against a selected specification; empty where it is not selected.
    """
    fit = equation.fits.get(key)
    texts = [f"not estimated: {equation.refused[key]}"] if fit is None else list(fit.caveats)
    if isinstance(fit, LinearFit) and fit.dropped:
        texts.append(f"{', '.join(fit.dropped)} left out: {ABSORBED.get(fit.estimator, WITHIN)}")
    texts.append(equation.missing_because)
    texts.append(equation.sample_of(key).sentence)
    if fit is not None:
        texts.append(standard_errors(fit))
        texts.append(few_partners(n_clusters_of(fit, equation.panel_of(key))))
        texts.append(speaks_against(equation, key, against))
        texts.append(_filled(equation, key))
        if any(term.index == "own" for term in study.gravity.terms_of(equation.model)):
            texts += about_index
        texts.append(later_vintages(study, equation, inputs))
    texts.append(equation.model.caveat or "")
    return joined(texts)


def coefficient_caveat(equation: Equation, key: Key, about_term: str, against: str = "") -> str:
    """What must stay beside one coefficient, for those who read no other table.

    Parameters
    ----------
    about_term : str
        What the study says of the term.
    against : str
        As in `fit_caveat`.
    """
    fit = equation.fits[key]
    n_partners = n_clusters_of(fit, equation.panel_of(key))
    texts = [about_term, *fit.caveats, few_partners(n_partners), speaks_against(equation, key, against)]
    return joined(texts)


def few_clusters_lead(leading: Inference, usual: Inference, position: int, alpha: float) -> str:
    """Which p-value and interval of a coefficient to read where clusters are few; empty where they are not.

    Parameters
    ----------
    leading, usual : Inference
        By the method for few clusters where there are few, and by the fit's own distribution.
    position : int
        Of the coefficient.
    alpha : float
        Level of the tests.
    """
    if leading.n_clusters is None:
        return ""
    text = (
        f"with {leading.n_clusters} partners read few_cluster_p_value and its interval ({leading.note}), "
        "not p_value"
    )
    few, many = leading.p_values[position], usual.p_values[position]
    if many < alpha <= few:
        text += (
            f": p_value {many:.2g} would find an effect at {alpha:.0%}, few_cluster_p_value {few:.2g} "
            "does not"
        )
    ends = (leading.ci_low[position], leading.ci_high[position])
    unbounded = [side for side, end in zip(("lower", "upper"), ends, strict=True) if np.isinf(end)]
    if unbounded:
        text += f"; that interval has no {' and no '.join(unbounded)} end"
    return text


def no_inference_for_few_clusters(n_clusters: int, why: str) -> str:
    """What to say where clusters are few and their method could not be used for this reason; else empty."""
    if not why:
        return ""
    return (
        f"{n_clusters} partners are few and there is no inference for few clusters here: p_value is likely "
        f"too small ({why})"
    )


def speaks_against(equation: Equation, key: Key, against: str) -> str:
    """All that tests say against a selected specification; of another one, what the F test does."""
    return f"against the selection: {against}" if against else rejected_by_f_test(equation, key)


def standard_errors(fit: Fit) -> str:
    """By which small-sample rule and counts standard errors were made, where programs differ; else empty."""
    rule = getattr(fit, "rule", None)
    is_plain = rule is not None and rule.kind == "classical"
    return "" if is_plain else f"standard errors: {fit.covariance_note}"


def few_partners(n_entities: int) -> str:
    """What a handful of partners does to inference; empty when there are enough."""
    if n_entities >= FEW_PARTNERS:
        return ""
    return (
        f"{n_entities} partners are too few for standard errors that allow for dependence within a partner; "
        "where errors of a partner hang together over the years, those printed are too small"
    )


def later_vintages(study: Study, equation: Equation, inputs: PanelInputs) -> str:
    """Which inputs of the equation come from a vintage that the study's `as_of` did not know."""
    used = equation_variables(study, equation.model, equation.flow)
    rates = [study.variable(name).chain.rate_variable for name in used if study.variable(name).chain]
    later = [name for name in inputs.later_vintages if name in {*used, *rates}]
    if not later or study.as_of is None:
        return ""
    return f"vintages later than {study.as_of} are used for {', '.join(later)}"


def rejected_by_f_test(equation: Equation, key: Key) -> str:
    """The F test, beside every estimator that assumes it away."""
    test = equation.test("f_partner_effects")
    if key[0] not in PRESUME_NO_EFFECTS or test is None or not test.rejects:
        return ""
    return f"the F test rejects equal partner effects, which this estimator assumes: {test.summary}"


def _filled(equation: Equation, key: Key) -> str:
    share = equation.filled_share_of(key)
    return f"{share:.1%} of the cells behind these rows are filled, not published" if share > 0 else ""


def index_caveats(study: Study, inputs: PanelInputs, index: CompositeIndex, sample: Sample) -> list[str]:
    """Sentences about the index that must stay beside whatever is built on it."""
    names = [item.variable for item in study.index.indicators]
    share = inputs.is_filled.loc[sample.rows, names].to_numpy().mean()
    sentences = []
    if share > 0:
        sentences.append(f"{share:.0%} of the cells behind the index are filled, not published.")
    if index.lowering_indicators:
        sentences.append(f"More of {', '.join(index.lowering_indicators)} lowers the index.")
    sentences.append(f"Of the index, {index.retention.reason}.")
    return [*sentences, *near_ties(index).values(), *index.adequacy.warnings.values()]


def near_ties(index: CompositeIndex) -> dict[int, str]:
    """Retained components, counted from 1, whose sign hangs on little, and what that means."""
    margins = sign_margins(index.components)[: index.retention.count]
    return {
        component: (
            f"the sign of component {component} is a near-tie: its positive loadings outweigh the negative "
            f"ones by {margin:.1%} of all, below {NEAR_TIE:.0%}; other data may turn it and the index with it"
        )
        for component, margin in enumerate(margins, start=1)
        if margin < NEAR_TIE
    }
