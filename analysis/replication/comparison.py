"""One printed number beside ours: how far apart they are, and a verdict out of a fixed vocabulary."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from analysis.study.printed import half_unit

EQUAL = "equal to printed digits"
WITHIN = "within 1 printed se"
SAME_SIGN = "same sign"
DIFFERS = "differs"
NOT_REPRODUCIBLE = "not reproducible"
VERDICTS = (EQUAL, WITHIN, SAME_SIGN, DIFFERS, NOT_REPRODUCIBLE)

NO_FILL_SET = "none stated"
"""Fill set of an item that no fill set enters."""

ROUNDING = 1e-9
"""Share of a printed unit by which binary arithmetic may miss a bound."""


def compare(
    printed_text: str,
    ours: float | None,
    *,
    std_error: float | None = None,
    is_signed: bool = False,
    tolerance: float | None = None,
    missing_because: str = "",
    not_reproducible_because: str = "",
) -> dict[str, Any]:
    """Hold our number against a printed one.

    Parameters
    ----------
    printed_text : str
        The number with its digits.
    ours : float or None
        None or NaN where we have none.
    std_error : float or None
        Standard error that the publication prints for the number.
    is_signed : bool
        Whether the sign carries meaning, so that agreeing in it is worth saying.
    tolerance : float or None
        How far apart rounding of the print may bring them; by default half a unit of the last printed digit.
    missing_because : str
        Why there is no number of ours.
    not_reproducible_because : str
        Why the number cannot be made again at all; the verdict then says so whatever ours is.

    Returns
    -------
    dict
        printed_value, our_value, printed_text, our_text, difference (ours - printed), printed_std_error,
        difference_in_se, verdict, reason.
    """
    printed = float(printed_text)
    is_missing = ours is None or math.isnan(ours)
    difference = None if is_missing else ours - printed
    in_se = difference / std_error if difference is not None and std_error else None
    columns = {
        "printed_value": printed,
        "our_value": None if is_missing else float(ours),
        "printed_text": printed_text,
        "our_text": None if is_missing else as_text(ours, printed_text),
        "difference": difference,
        "printed_std_error": std_error,
        "difference_in_se": in_se,
    }
    if not_reproducible_because:
        return {**columns, "verdict": NOT_REPRODUCIBLE, "reason": not_reproducible_because}
    if difference is None:
        return {
            **columns,
            "verdict": NOT_REPRODUCIBLE,
            "reason": missing_because or "There is no such number of ours.",
        }
    allowed = half_unit(printed_text) if tolerance is None else tolerance
    apart = (
        f"{abs(in_se):.2f} printed standard errors apart"
        if in_se is not None
        else f"{abs(difference):.4g} apart"
    )
    same_sign = ours * printed > 0
    if abs(difference) <= allowed * (1 + ROUNDING) + 1e-15:
        verdict, reason = EQUAL, "Ours rounds to the printed digits."
        if tolerance is not None:
            reason = f"Within {tolerance:.2g}, which the rounding of the printed numbers allows."
    elif in_se is not None and abs(in_se) <= 1:
        sign = "" if same_sign or not is_signed else ", with the opposite sign"
        verdict, reason = WITHIN, f"{apart.capitalize()}{sign}."
    elif is_signed and same_sign:
        verdict, reason = SAME_SIGN, f"Same sign, {apart}."
    else:
        sign = "Opposite sign, " if is_signed and ours * printed < 0 else ""
        verdict, reason = DIFFERS, f"{sign}{apart}.".capitalize()
    return {**columns, "verdict": verdict, "reason": reason}


def compare_texts(printed_text: str, our_text: str, agrees: bool | None, reason: str) -> dict[str, Any]:
    """Hold a printed statement against ours.

    Parameters
    ----------
    agrees : bool or None
        Whether they say the same; None where that cannot be told.
    reason : str
        What the verdict rests on.
    """
    verdict = NOT_REPRODUCIBLE if agrees is None else EQUAL if agrees else DIFFERS
    return {"printed_text": printed_text, "our_text": our_text, "verdict": verdict, "reason": reason}


def as_text(value: float, printed_text: str) -> str:
    """Write a number of ours with as many digits as the printed one has."""
    return f"{value:.{max(0, -int(Decimal(printed_text).as_tuple().exponent))}f}"
