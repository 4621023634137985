"""How values are written for people: numbers, shares, money, days, lists of names.

Nothing here knows which table a value comes from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EN DASH}"
# Keeps a number and its sign on one line.
NO_BREAK = "\N{NO-BREAK SPACE}"
# Words of codes that are not written in small letters.
_SPELLING = {
    **{
        word.lower(): word
        for word in (
            *(
                "ASEAN",
                "CBEC",
                "RCEP",
                "CIS",
                "EAEU",
                "CPI",
                "FOB",
                "GDP",
                "ICT",
                "KMO",
                "LM",
                "LPI",
                "MSA",
                "OLS",
                "PPML",
                "PPP",
                "SCO",
                "USD",
            ),
            *("Bartlett", "Breusch", "Brent", "F", "Hausman", "Internet", "Pagan", "Godfrey", "Durbin"),
            *("Watson", "Jarque", "Bera", "Pesaran", "CD", "Wald", "Wooldridge", "Baltagi", "Li", "Honda"),
            *("Mundlak", "RESET", "VIF", "Satterthwaite", "CR2"),
        )
    },
    "ar1": "AR(1)",
    "chi2": "\N{GREEK SMALL LETTER CHI}\N{SUPERSCRIPT TWO}",
    "const": "constant",
}

_VARIABLE = re.compile(r"\b(?!(?:rpt|fct|dim|stg)_)[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")


def is_missing(value: Any) -> bool:
    """Whether a scalar stands for "no value": None, NaN, NaT, pandas' NA, an infinity or an empty text."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, str):
        return value.strip() == ""
    try:
        return not math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def number(value: Any, decimals: int = 3) -> str:
    """A number with a fixed count of decimals, thousands separated, a true minus sign; a dash if missing."""
    if is_missing(value):
        return MISSING
    text = f"{float(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def compact(value: Any, digits: int = 6) -> str:
    """A number of unknown size without digits that say nothing: "0.816", "28", "312.4"; a dash if missing."""
    text = significant(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def significant(value: Any, digits: int = 4) -> str:
    """A number of unknown size with so many significant digits; a dash when missing."""
    if is_missing(value):
        return MISSING
    value = float(value)
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= 12 or size < -4:
        return f"{value:.{digits - 1}e}".replace("-", MINUS)
    return number(value, max(0, digits - 1 - size))


def interval(low: Any, high: Any, decimals: int = 3) -> str:
    """Two ends as "0.1 to 0.3"; an infinite end as the words for it."""
    if low == -math.inf and high == math.inf:
        return "no bound"
    if low == -math.inf:
        return f"up to {number(high, decimals)}"
    if high == math.inf:
        return f"from {number(low, decimals)}"
    return f"{number(low, decimals)} to {number(high, decimals)}"


def whole(value: Any) -> str:
    """A count with thousands separated; a dash when missing."""
    return number(value, 0)


def percent(share: Any) -> str:
    """A share in [0, 1] as per cent. Never rounds a small share to 0 or an incomplete one to 100."""
    if is_missing(share):
        return MISSING
    share = float(share)
    if 0 < share < 0.005:
        return f"under 1{NO_BREAK}%"
    if 0.995 <= share < 1:
        return f"over 99{NO_BREAK}%"
    return f"{share * 100:.0f}{NO_BREAK}%".replace("-", MINUS)


def p_value(value: Any) -> str:
    """A probability with three decimals, the smallest as "< 0.001"; a dash when missing."""
    if is_missing(value):
        return MISSING
    return f"<{NO_BREAK}0.001" if float(value) < 0.001 else number(value)


def p_clause(value: Any) -> str:
    """A probability as it is read in a sentence: "p = 0.031", "p < 0.001"."""
    text = p_value(value)
    return f"p{NO_BREAK}{text}" if text.startswith("<") else f"p{NO_BREAK}={NO_BREAK}{text}"


def money(value_usd: Any) -> str:
    """An amount of US dollars for a sentence, in the unit that suits its size."""
    if is_missing(value_usd):
        return MISSING
    value_usd = float(value_usd)
    if abs(value_usd) >= 1e9:
        return f"{number(value_usd / 1e9, 1)} billion USD"
    if abs(value_usd) >= 1e5:
        return f"{number(value_usd / 1e6, 0 if abs(value_usd) >= 1e7 else 1)} million USD"
    return f"{whole(value_usd)} USD"


def day(value: Any) -> str:
    """A date as YYYY-MM-DD, a moment as YYYY-MM-DD HH:MM; text as it is; a dash when missing."""
    if is_missing(value):
        return MISSING
    if isinstance(value, str):
        return value
    moment = pd.Timestamp(value)
    if moment == moment.normalize():
        return moment.strftime("%Y-%m-%d")
    return moment.strftime("%Y-%m-%d %H:%M") + (" UTC" if moment.tzinfo is not None else "")


def label(code: Any) -> str:
    """A code such as ``cbec_index`` as words: "CBEC index"."""
    return " ".join(_SPELLING.get(word, word) for word in str(code).replace("_", " ").split())


def in_words(text: str) -> str:
    """A text of a table with the variables that it names written as words; names of tables stay."""
    return _VARIABLE.sub(lambda found: label(found[0]), text)


def flow(code: str) -> str:
    """A flow as it stands in a sentence: "total trade", "exports"."""
    return label(code) if code in ("exports", "imports") else f"{label(code)} trade".strip()


def sentence(text: str) -> str:
    """A text as a sentence: capital first, full stop last; an empty text stays empty."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def sentences_of(text: str) -> list[str]:
    """A text of several sentences, cut between them."""
    return [sentence(part) for part in re.split(r"(?<=[.!?])\s+(?=[A-Z0-9])", text.strip()) if part]


def merged(sentences: Iterable[str]) -> list[str]:
    """Sentences that differ in one and the same word alone, drawn together into one with a listing there."""
    groups: list[tuple[list[str], int, list[str]]] = []
    for words in map(str.split, sentences):
        for position, (first, place, found) in enumerate(groups):
            apart = [n for n, pair in enumerate(zip(first, words, strict=False)) if pair[0] != pair[1]]
            if len(first) == len(words) and len(apart) == 1 and place in (-1, apart[0]):
                groups[position] = (first, apart[0], [*found, words[apart[0]]])
                break
        else:
            groups.append((words, -1, []))
    texts = []
    for words, place, found in groups:
        if found:
            words = [*words[:place], listing([words[place], *found]), *words[place + 1 :]]
        texts.append(" ".join(words))
    return texts


def listing(words: Iterable[str]) -> str:
    """Words joined as in a sentence: "a", "a and b", "a, b and c"."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def shortened(words: Iterable[str], most: int = 6) -> str:
    """A listing that stops after so many words and says how many more there are."""
    items = list(words)
    if len(items) <= most + 1:
        return listing(items)
    return f"{', '.join(items[:most])} and {len(items) - most} more"


def spans(years: Iterable[int]) -> str:
    """Years with runs drawn together: "2013, 2018\N{EN DASH}2020"."""
    ordered = sorted({int(year) for year in years})
    runs: list[list[int]] = []
    for year in ordered:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}\N{EN DASH}{run[-1]}" for run in runs)


def plural(count: int, singular: str, several: str | None = None) -> str:
    """A count with its noun: "1 cell", "3 cells"."""
    return f"{whole(count)} {singular if count == 1 else several or singular + 's'}"
