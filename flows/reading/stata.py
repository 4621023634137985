"""Stata data files (.dta): every value under its variable's name; the line of a record is its position."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from expectations.layout import StataLayout
from flows.reading.binding import bind
from flows.reading.content import Content
from flows.reading.result import ROW_NUMBER, Fault, Reading, Unreadable, shown
from flows.reading.workbook_cells import number_text

SIGNATURE = b"<stata_dta>"
OLD_RELEASES = (113, 114, 115)
"""First byte of a file of the formats before 117, which have no words at their beginning."""


def header(content: Content, layout: StataLayout) -> tuple[str, ...] | None:
    """Return the names of the variables, or None when it is no Stata file."""
    return content.once("stata header", lambda: _header(content))


def _header(content: Content) -> tuple[str, ...] | None:
    if not _is_stata(content.head):
        return None
    try:
        with pd.read_stata(content.path, iterator=True) as reader:
            return tuple(reader.variable_labels())
    except Exception:  # whatever a damaged file makes the reader say; reading tells it
        return None


def _is_stata(head: bytes) -> bool:
    return head.startswith(SIGNATURE) or (len(head) > 4 and head[0] in OLD_RELEASES and head[1] in (1, 2))


def read(content: Content, layout: StataLayout) -> Reading:
    """Return the file's values; a missing value, whichever of Stata's marks, is blank.

    Numbers of single precision are told as the double that they are.

    Raises
    ------
    Unreadable
        When the file is damaged.
    """
    names = header(content, layout) or ()
    bound = bind(layout, names, None)
    try:
        frame = pd.read_stata(
            content.path, columns=list(bound), convert_categoricals=False, convert_dates=False
        )
    except Exception as error:
        expected = "a Stata data file that can be read"
        raise Unreadable(Fault(None, None, shown(str(error)), expected, "stata")) from None
    if frame.empty:
        raise Unreadable(Fault(None, None, "variables alone", "at least one record", "records"))
    columns = {ROW_NUMBER: pa.array(np.arange(1, len(frame) + 1, dtype=np.int64))}
    columns |= {landed: pa.array(_texts(frame[name]), pa.string()) for name, landed in bound.items()}
    return Reading(
        table=pa.table(columns),
        headers={landed: name for name, landed in bound.items()},
        record_count=len(frame),
        constants=dict(layout.constants),
    )


def _texts(values: pd.Series) -> list[str]:
    if pd.api.types.is_float_dtype(values.dtype):
        return ["" if number != number else number_text(number) for number in values.astype(float).tolist()]
    return ["" if pd.isna(value) else str(value) for value in values.tolist()]
