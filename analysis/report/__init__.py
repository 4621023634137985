"""From published frames to one self-contained HTML page of charts, maps and tables. Estimates nothing."""

from __future__ import annotations

from analysis.report.page import render_report
from analysis.report.published import TABLES_READ

__all__ = ["TABLES_READ", "render_report"]
