"""Regression tables to paste into papers: models as columns; LaTeX, HTML, Markdown and CSV of one grid."""
