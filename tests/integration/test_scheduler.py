"""The refresh as a scheduled flow: with a running server its runs, tasks and summary are seen there."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import yaml

from tests.integration.conftest import Rerun

pytestmark = pytest.mark.integration


def test_a_running_server_sees_the_flow_its_four_tasks_and_the_summary(rebuilt: Rerun, server: str):
    assert rebuilt.outcome.exit_code == 0, rebuilt.outcome.err
    artifacts = httpx.post(f"{server}/artifacts/filter", json={}).json()
    # The server sees the runs of other tests too; the summary names the release.
    (artifact,) = (found for found in artifacts if rebuilt.warehouse.release.name in found["data"])
    assert artifact["key"] == "refresh"
    run = httpx.get(f"{server}/flow_runs/{artifact['flow_run_id']}").json()
    assert run["state_type"] == "COMPLETED"
    of_this_run = {"flow_runs": {"id": {"any_": [run["id"]]}}}
    tasks = httpx.post(f"{server}/task_runs/filter", json=of_this_run).json()
    assert {task["name"].rsplit("-", 1)[0] for task in tasks} == {
        "ingest",
        "transform",
        "estimate",
        "publish",
    }


def test_the_deployment_names_the_flow_that_exists(repository: Path):
    (deployment,) = yaml.safe_load((repository / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    path, name = deployment["entrypoint"].split(":")
    assert f"def {name}(" in (repository / path).read_text(encoding="utf-8")
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
