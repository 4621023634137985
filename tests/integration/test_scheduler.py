"""The refresh as a scheduled flow: with a running server its runs, tasks and summary are seen there."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from tests.integration.conftest import Warehouse

pytestmark = pytest.mark.integration


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """A Prefect server of this test's own, on the loopback address."""
    port = free_port()
    log = (tmp_path / "server.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "prefect",
            "server",
            "start",
            "--no-ui",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}/api"
    try:
        for _ in range(120):
            try:
                if httpx.get(f"{url}/health", timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.5)
        else:
            pytest.fail((tmp_path / "server.log").read_text(encoding="utf-8"))
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def test_a_running_server_sees_the_flow_its_four_tasks_and_the_summary(copied, sample, server, environment):
    warehouse = Warehouse(copied.home, {**environment, "PREFECT_API_URL": server})
    # Runs without a server leave their traces in the same Prefect home.
    before = {run["id"] for run in httpx.post(f"{server}/flow_runs/filter", json={}).json()}
    outcome = warehouse.run(sample, "--force")
    assert outcome.exit_code == 0, outcome.err
    runs = httpx.post(f"{server}/flow_runs/filter", json={}).json()
    (run,) = (run for run in runs if run["id"] not in before)
    assert run["state_type"] == "COMPLETED"
    of_this_run = {"flow_runs": {"id": {"any_": [run["id"]]}}}
    tasks = httpx.post(f"{server}/task_runs/filter", json=of_this_run).json()
    assert {task["name"].rsplit("-", 1)[0] for task in tasks} == {
        "ingest",
        "transform",
        "estimate",
        "publish",
    }
    (artifact,) = httpx.post(f"{server}/artifacts/filter", json=of_this_run).json()
    assert artifact["key"] == "refresh"
    assert warehouse.release.name in artifact["data"]


def test_the_deployment_names_the_flow_that_exists(repository: Path):
    (deployment,) = yaml.safe_load((repository / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    path, name = deployment["entrypoint"].split(":")
    assert f"def {name}(" in (repository / path).read_text(encoding="utf-8")
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
