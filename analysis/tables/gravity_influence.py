"""Influence as a table: the selected specification without each partner and without each year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from analysis.equation import Equation, Selected, is_selected
from analysis.estimators import estimate
from analysis.gravity.influence import leave_out
from analysis.study import Study
from analysis.tables.caveats import joined
from analysis.tables.gravity import names

KINDS = ("partner", "year")


def influence_rows(
    study: Study, equations: Sequence[Equation], selected: Mapping[str, Selected]
) -> Iterator[dict[str, Any]]:
    """Rows of `gravity_influence`: every term of the selected specification, each part left out in turn.

    An index that is a term is not made again without the part: its values stay those of the whole sample.
    """
    alpha = study.gravity.significance_level
    for equation in equations:
        for key, fit in equation.fits.items():
            if not is_selected(study, equation, key, selected):
                continue
            panel = equation.panel_of(key)
            whole = dict(zip(fit.terms, fit.coefficients, strict=True))
            for kind in KINDS:
                found = leave_out(panel, lambda part, key=key: estimate(*key, part, alpha), kind)
                for part, label in enumerate(found.left_out):
                    for at, term in enumerate(found.terms):
                        value = found.coefficients[part, at]
                        yield {
                            **names(study, equation, key),
                            "left_out_kind": kind,
                            "left_out": str(label),
                            "term": term,
                            "estimate": value,
                            "estimate_whole": whole[term],
                            "change": value - whole[term],
                            "change_in_se": found.change_in_se[part, at],
                            "is_sign_changed": None
                            if np.isnan(value)
                            else bool(np.sign(value) != np.sign(whole[term])),
                            "caveat": joined([_caveat(found.refused[part], value)]),
                        }


def _caveat(refused: str, value: float) -> str:
    if refused:
        return f"not estimated: {refused}"
    return "the rest cannot tell this term from the others" if np.isnan(value) else ""
