"""How long a refresh of the sample takes: the first one, a forced one, and one with nothing new.

Run: ``python benchmarks/refresh.py [rounds]``. All three are measured in turn in each round, as whole
processes, and compared within the round, because machines drift. Figures are medians over the rounds.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


def timed(home: Path, *arguments: str) -> tuple[float, float]:
    """Run ``serai run`` once; return wall seconds and the peak memory of its largest process in MB."""
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "run",
        "--landing",
        str(REPOSITORY / "sample"),
        "--home",
        str(home),
    ]
    started = time.monotonic()
    process = subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"serai run ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - started, usage.ru_maxrss / 1024


def main(rounds: int) -> None:
    """Measure and print."""
    seconds: dict[str, list[float]] = {"first": [], "forced": [], "nothing new": []}
    memory: dict[str, list[float]] = {name: [] for name in seconds}
    stages: dict[str, list[float]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "warehouse"
            for name, arguments in (("first", ()), ("forced", ("--force",)), ("nothing new", ())):
                wall, peak = timed(home, *arguments)
                seconds[name].append(wall)
                memory[name].append(peak)
            record = json.loads((home / "current" / "run.json").read_text(encoding="utf-8"))
            for step in record["steps"]:
                stages.setdefault(step["name"], []).append(step["seconds"])
    print(f"{'run':<12} {'median s':>9} {'of first':>9} {'peak MB':>8}")
    for name, walls in seconds.items():
        ratio = statistics.median(a / b for a, b in zip(walls, seconds["first"], strict=True))
        print(
            f"{name:<12} {statistics.median(walls):9.2f} {ratio:9.3f} {statistics.median(memory[name]):8.0f}"
        )
    print("stages of the forced run, median s: ", end="")
    print(", ".join(f"{name} {statistics.median(walls):.1f}" for name, walls in stages.items()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
