"""How trade is explained: pure functions from frame to frame.

Knows no database and no scheduler; the only files it reads are its own studies. The names below are the
public ones; each is imported when it is first asked for, so that naming a study stays quick.

Examples
--------
>>> from analysis import estimate_study, load_study, panel_from_wide
>>> study = load_study("my_study.yml")  # doctest: +SKIP
>>> tables = estimate_study(study, panel_from_wide(frame, study))  # doctest: +SKIP
"""

from importlib import import_module

_PUBLIC = {
    "STUDIES": "analysis.study",
    "Study": "analysis.study",
    "load_study": "analysis.study",
    "load_studies": "analysis.study",
    "panel_from_wide": "analysis.plain_panel",
    "PlainPanelError": "analysis.plain_panel",
    "estimate_study": "analysis.estimate",
    "TABLES": "analysis.estimate",
    "panel_data": "analysis.gravity.panel_data",
    "pooled_ols": "analysis.gravity.pooled",
    "between": "analysis.gravity.panel",
    "fixed_effects": "analysis.gravity.panel",
    "two_way_fixed_effects": "analysis.gravity.two_way",
    "first_difference": "analysis.gravity.first_difference",
    "random_effects": "analysis.gravity.random_effects",
    "random_effects_sigma_u_zero": "analysis.gravity.random_effects",
    "row_regression": "analysis.gravity.row_regression",
    "poisson_regression": "analysis.gravity.poisson",
    "ppml_high_dimensional": "analysis.gravity.high_dimensional",
    "pair_ppml": "analysis.gravity.pair_ppml",
    "estimate_pair_gravity": "analysis.pair_gravity",
    "cluster_jackknife": "analysis.gravity.cluster_jackknife",
    "frontier": "analysis.gravity.frontier",
    "covariance_rule": "analysis.gravity.covariance",
    "infer": "analysis.gravity.inference",
    "leading_inference": "analysis.gravity.inference",
    "wild_cluster_bootstrap": "analysis.gravity.wild_bootstrap",
    "EstimationError": "analysis.gravity.errors",
    "regression_table": "analysis.regression_tables.table",
    "RegressionTable": "analysis.regression_tables.table",
    "column_of": "analysis.regression_tables.columns",
    "published_columns": "analysis.regression_tables.published",
    "NothingPublished": "analysis.regression_tables.published",
}
"""Public names and the modules that they live in."""

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*globals(), *_PUBLIC]
