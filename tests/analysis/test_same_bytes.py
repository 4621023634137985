"""Every table of a study is the same to the last bit for any order of rows, hash seed and thread count."""

from __future__ import annotations

import pytest

from tests.analysis.in_another_process import printed, start

PROGRAMME = """
import hashlib
import sys
from pathlib import Path

from analysis.estimate import estimate_study
from analysis.study import STUDIES, load_study
from tests.analysis.central_asia_panel import central_asia_panel

study = load_study(STUDIES / "central_asia.yml")
# One flow, one fill set, fewer draws and a shorter curve prove as much in a fraction of the time.
gravity, potential = study.gravity, study.potential
used = tuple(item.model_copy(update={"fill_sets": ("carry_proxy",)}) for item in gravity.specifications)
intervals = potential.intervals.model_copy(update={"draws": 199})
robustness = study.index.robustness
bootstrap = robustness.bootstrap.model_copy(update={"draws": 99})
robustness = robustness.model_copy(update={"bootstrap": bootstrap})
curves = gravity.specification_curves
curves = tuple(curve.model_copy(update={"optional_terms": curve.optional_terms[:2]}) for curve in curves)
study = study.model_copy(
    update={
        "index": study.index.model_copy(update={"robustness": robustness}),
        "gravity": gravity.model_copy(
            update={"flows": gravity.flows[:1], "specifications": used, "specification_curves": curves}
        ),
        "potential": potential.model_copy(update={"intervals": intervals}),
    }
)
panel = central_asia_panel(study, Path("sample"))
if sys.argv[1] != "0":
    panel = panel.sample(frac=1, random_state=int(sys.argv[1])).reset_index(drop=True)
for name, table in estimate_study(study, panel).items():
    print(name, hashlib.sha256(table.to_csv(index=False, float_format="%.17g").encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def runs() -> list[list[str]]:
    """Two runs at once: rows in order on one thread, and shuffled on two threads with another hash seed."""
    started = [
        start(PROGRAMME, "0", hash_seed="0", threads="1"),
        start(PROGRAMME, "5", hash_seed="1", threads="2"),
    ]
    return [printed(process).splitlines() for process in started]


def test_order_of_rows_hash_seed_and_threads_change_no_table(runs):
    first, second = runs
    assert len(first) > 20
    assert [line for line in first if line not in second] == []
