"""One printed number beside ours: how far apart they are, a verdict out of a fixed vocabulary, its kind."""

from __future__ import annotations

import math
from typing import Any

from analysis.replication.rounding import Interval, as_text, has_printed_digits, within

EQUAL = "equal to printed digits"
WITHIN = "within 1 printed se"
SAME_SIGN = "same sign"
DIFFERS = "differs"
NOT_REPRODUCIBLE = "not reproducible"
VERDICTS = (EQUAL, WITHIN, SAME_SIGN, DIFFERS, NOT_REPRODUCIBLE)

PRINTED = "printed"
DERIVED = "derived"
CONSISTENCY = "consistency"
IMPLIED = "implied"
CLAIM = "claim"
TRIVIAL = "trivial"
KINDS = (PRINTED, DERIVED, CONSISTENCY, IMPLIED, CLAIM, TRIVIAL)
"""What an item is, so that its verdict is counted with its like.

Ours against a printed number; classes and rules that follow from print, and cells that print repeats; the
print against itself; numbers that follow from print without standing there; sentences; numbers that say
nothing when they agree: sample sizes, degrees of freedom, counts of indicators, the printed index against its
own table.
"""

NO_FILL_SET = "none stated"
"""Fill set of an item that no fill set enters."""


def compare(
    printed_text: str,
    ours: float | None,
    *,
    std_error: float | None = None,
    is_signed: bool = False,
    possible: Interval | None = None,
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
    possible : tuple of float or None
        Smallest and largest printed number that the rounding of other printed numbers leaves room for. Ours
        inside it, but rounding to other digits, has the verdict of the same sign, not of equality.
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
    apart = (
        f"{abs(in_se):.2f} printed standard errors apart"
        if in_se is not None
        else f"{abs(difference):.4g} apart"
    )
    same_sign = ours * printed > 0
    # A bound or a mean has no sign that is agreed on, but the reader must not miss that 0 lies between.
    beyond = ", on the other side of 0" if not is_signed and ours * printed < 0 else ""
    if has_printed_digits(ours, printed_text):
        verdict, reason = EQUAL, "Ours rounds to the printed digits."
    elif possible is not None and possible[0] <= ours <= possible[1]:
        verdict, reason = SAME_SIGN, f"{apart.capitalize()}, {within(possible, printed_text)}{beyond}."
    elif in_se is not None and abs(in_se) <= 1:
        sign = "" if same_sign or not is_signed else ", with the opposite sign"
        verdict, reason = WITHIN, f"{apart.capitalize()}{sign}{beyond}."
    elif is_signed and same_sign:
        verdict, reason = SAME_SIGN, f"Same sign, {apart}."
    else:
        sign = "Opposite sign, " if is_signed and ours * printed < 0 else ""
        verdict, reason = DIFFERS, f"{sign}{apart}{beyond}.".capitalize()
    return {**columns, "verdict": verdict, "reason": reason}


def compare_texts(printed_text: str, our_text: str, agrees: bool | None, reason: str) -> dict[str, Any]:
    """Hold a printed statement against ours.

    Parameters
    ----------
    agrees : bool or None
        Whether they say the same; None where that cannot be told. Only a text reproduced word by word is
        equal to the printed digits; one that agrees in other words points the same way.
    reason : str
        What the verdict rests on.
    """
    if agrees is None:
        verdict = NOT_REPRODUCIBLE
    elif agrees:
        verdict = EQUAL if our_text == printed_text else SAME_SIGN
    else:
        verdict = DIFFERS
    return {"printed_text": printed_text, "our_text": our_text, "verdict": verdict, "reason": reason}
