"""Published tables of model choice, influence and the specification curve as they are when all is well."""

from __future__ import annotations

import numpy as np
import pandas as pd

STUDY = {"study": "central_asia", "model": "own_index"}
SPECIFICATION = {**STUDY, "specification": "pooled_ols.classical_t.carry_proxy", "flow": "total"}


def selection() -> pd.DataFrame:
    rows = [
        ("benchmark_across_partners", "pooled_ols", True, True, True, 0),
        ("benchmark_across_partners", "fixed_effects", True, False, True, 1),
        ("benchmark_across_partners", "random_effects", False, False, True, None),
        ("specification_tests", "pooled_ols", True, True, False, 0),
        ("specification_tests", "fixed_effects", True, False, False, 1),
        ("specification_tests", "random_effects", False, False, False, None),
    ]
    names = ["rule", "estimator", "is_estimable", "is_selected", "is_rule_of_study", "contradiction_count"]
    frame = pd.DataFrame(rows, columns=names).assign(**STUDY, flow="total", fill_set="carry_proxy")
    return frame.assign(reason="It is so.", contradictions=None, rejected_assumptions=None)


def influence() -> pd.DataFrame:
    rows = [
        (kind, part, term)
        for kind, parts in (("partner", ["KAZ", "KGZ"]), ("year", ["2013", "2014"]))
        for part in parts
        for term in ("const", "log_population")
    ]
    frame = pd.DataFrame(rows, columns=["left_out_kind", "left_out", "term"]).assign(**SPECIFICATION)
    frame["estimate"], frame["estimate_whole"] = 0.9, 1.0
    return frame.assign(change=-0.1, change_in_se=-0.5, is_sign_changed=False, caveat=None)


def curve() -> pd.DataFrame:
    frame = pd.DataFrame({"specification_id": [f"pooled_ols.{number}" for number in range(10)]})
    frame = frame.assign(**STUDY, flow="total", term="cbec_index", std_error=0.5, p_value=0.2)
    frame["estimate"] = np.linspace(-1, 1, 10)
    frame["ci_low"], frame["ci_high"] = frame["estimate"] - 1, frame["estimate"] + 1
    frame["position"] = range(1, 11)
    return frame.assign(n_obs=40, n_entities=5, is_significant=False, is_reference=False, caveat=None)


def curve_summary() -> pd.DataFrame:
    rows = [("all", "all"), ("estimator", "pooled_ols"), ("sample", "all")]
    frame = pd.DataFrame(rows, columns=["choice", "option"]).assign(**STUDY, flow="total", term="cbec_index")
    frame["specification_count"], frame["estimated_count"] = 10, 10
    frame["positive_share"], frame["significant_share"] = 0.5, 0.0
    return frame.assign(estimate_low=-1.0, estimate_median=0.0, estimate_high=1.0, caveat=None)
