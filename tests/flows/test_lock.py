"""One writer at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.lock import LockHeld, only_writer
from flows.settings import Settings

HOLD = """
import sys, time
from flows.lock import only_writer
from flows.settings import Settings
with only_writer(Settings(home=sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_holds_the_lock_and_a_dead_holder_does_not_block(tmp_path: Path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline().strip() == "held"
        with pytest.raises(LockHeld, match=f"process {holder.pid} on "), only_writer(Settings(home=tmp_path)):
            pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with only_writer(Settings(home=tmp_path)):
        pass


def test_the_same_process_may_enter_twice_and_leaves_it_free(tmp_path: Path):
    settings = Settings(home=tmp_path)
    with only_writer(settings), only_writer(settings):
        pass
    result = subprocess.run(
        [sys.executable, "-c", HOLD.replace("time.sleep(60)", "pass"), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert result.stdout.strip() == "held"
