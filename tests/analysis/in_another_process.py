"""Python in a process of its own: hash seed and threads are settled when a process starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


def start(programme: str, *arguments: str, hash_seed: str, threads: str) -> subprocess.Popen[str]:
    """Start a programme in the repository, where the tests are importable too."""
    settings = {**dict.fromkeys(THREADS, threads), "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen(
        [sys.executable, "-c", programme, *arguments],
        env=os.environ | settings,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def printed(process: subprocess.Popen[str]) -> str:
    """What a process printed, once it has ended well."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out
