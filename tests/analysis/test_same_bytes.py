"""Every table of a study is the same to the last bit for any order of rows, hash seed and thread count."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAMME = """
import hashlib
import sys
from pathlib import Path

from analysis.estimate import estimate_study
from analysis.study import STUDIES, load_study
from tests.analysis.central_asia_panel import central_asia_panel

study = load_study(STUDIES / "central_asia.yml")
# One flow, one fill set and fewer draws prove as much in a fraction of the time.
gravity, potential = study.gravity, study.potential
used = tuple(item.model_copy(update={"fill_sets": ("carry_proxy",)}) for item in gravity.specifications)
intervals = potential.intervals.model_copy(update={"draws": 199})
study = study.model_copy(
    update={
        "gravity": gravity.model_copy(update={"flows": gravity.flows[:1], "specifications": used}),
        "potential": potential.model_copy(update={"intervals": intervals}),
    }
)
panel = central_asia_panel(study, Path("sample"))
if sys.argv[1] != "0":
    panel = panel.sample(frac=1, random_state=int(sys.argv[1])).reset_index(drop=True)
for name, table in estimate_study(study, panel).items():
    print(name, hashlib.sha256(table.to_csv(index=False, float_format="%.17g").encode()).hexdigest())
"""


def digests(order: str, hash_seed: str, threads: str) -> subprocess.Popen:
    """Start the whole study in a process of its own; it prints the digest of each table."""
    variables = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAMME, order],
        env={**os.environ, **variables, "PYTHONHASHSEED": hash_seed},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def runs() -> list[list[str]]:
    """Two runs at once: rows in order on one thread, and shuffled on two threads with another hash seed."""
    started = [digests("0", "0", "1"), digests("5", "1", "2")]
    outputs = [process.communicate(timeout=300)[0].splitlines() for process in started]
    assert [process.returncode for process in started] == [0, 0]
    return outputs


def test_order_of_rows_hash_seed_and_threads_change_no_table(runs):
    first, second = runs
    assert len(first) > 20
    assert [line for line in first if line not in second] == []
