"""From published frames to one self-contained HTML page of charts, maps and tables. Estimates nothing."""

from __future__ import annotations

from analysis.report.page import render_report

__all__ = ["render_report"]
