"""Read a release, set its published fits side by side, and estimate one of its equations again.

    python docs/examples/read_a_release.py warehouse/current/serai.duckdb

Nothing but the file of a release is needed: no landing folder, no scheduler, no transformation.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from analysis import (
    column_of,
    covariance_rule,
    fixed_effects,
    panel_data,
    pooled_ols,
    published_columns,
    regression_table,
)


def main(database: str, study: str = "central_asia") -> str:
    """Return what the example prints."""
    with duckdb.connect(database, read_only=True) as release:

        def frame(query: str, *values: object) -> pd.DataFrame:
            return release.execute(query, list(values)).df()

        coefficients = frame("select * from reporting.rpt_gravity_coefficients")
        fits = frame("select * from reporting.rpt_gravity_fit")
        tests = frame("select * from reporting.rpt_gravity_tests")
        potential = frame(
            "select partner_iso3, potential_ratio, potential_class, potential_gap_usd / 1e9 as gap_bn_usd "
            "from reporting.rpt_trade_potential where study = ? and is_selected and flow = 'total' "
            "qualify year = max(year) over () order by partner_iso3",
            study,
        )
        panel = frame(
            "select country_iso3, year, variable, value from marts.fct_study_panel "
            "where study = ? and fill_set = (select base_fill_set from marts.dim_study where study = ?)",
            study,
            study,
        )

    published = regression_table(
        published_columns(
            coefficients,
            fits,
            tests,
            study=study,
            specifications=["pooled_ols.classical_t", "fixed_effects.classical_t"],
        ),
        below="interval",
        has_caveats=False,
    )
    parts = ["# As published", published.to_markdown()]
    parts += [
        "# Trade over predicted trade in the latest year",
        potential.round(3).to_string(index=False),
        "",
    ]
    parts += ["# A smaller equation from the same panel", again(panel).to_markdown()]
    return "\n".join(parts)


def again(panel: pd.DataFrame):
    """Estimate trade on income and people, clustered by partner; few partners get the wild bootstrap."""
    wide = panel.pivot(index=["country_iso3", "year"], columns="variable", values="value").dropna(
        subset=["exports_fob_usd", "imports_cif_usd", "gdp_per_capita_ppp_usd", "population"]
    )
    sample = panel_data(
        np.log(wide["exports_fob_usd"] + wide["imports_cif_usd"]).to_numpy(),
        np.log(wide[["gdp_per_capita_ppp_usd", "population"]]).to_numpy(),
        ["log_income", "log_people"],
        wide.index.get_level_values("country_iso3").to_numpy(dtype=str),
        wide.index.get_level_values("year").to_numpy(dtype=int),
    )
    rule = covariance_rule("cr1_t")
    return regression_table(
        [column_of(fit(sample, rule), outcome="ln trade") for fit in (pooled_ols, fixed_effects)],
        term_labels={"log_income": "ln GDP per head", "log_people": "ln population", "const": "Constant"},
    )


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python docs/examples/read_a_release.py <serai.duckdb of a release>")
    print(main(sys.argv[1]))
