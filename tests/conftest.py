"""Shared by all tests: in which order they run, where the publishers' real files are, and dbt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flows  # noqa: F401 - before numpy: it sets how many threads matrices take, as in a run

if TYPE_CHECKING:
    from tests.dbt_project.building import Dbt

REPOSITORY = Path(__file__).resolve().parent.parent

LONGEST_FIRST = ("integration", "dbt_project", "analysis")
"""Folders of the tests that take longest. A long file that starts last would leave the other cores idle."""

ON_ONE_WORKER = ("tests/integration/", "tests/dbt_project/")
"""Folders whose tests read what takes long to make, and is made once on each worker that runs any of them."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first; within a folder the order stays."""

    def place(item: pytest.Item) -> int:
        found = (place for place, folder in enumerate(LONGEST_FIRST) if folder in item.path.parts)
        return next(found, len(LONGEST_FIRST))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give whole files to workers, in the order above, and some folders as if each were one file."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class LongestFirst(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            folder = next((folder for folder in ON_ONE_WORKER if nodeid.startswith(folder)), None)
            return folder or super()._split_scope(nodeid)

    # Else files would go out by how many tests they hold, and the longest hold few.
    config.option.loadscopereorder = False
    return LongestFirst(config, log)


def _beside_the_repository(name: str) -> Path:
    folder = REPOSITORY.parent / "shared" / name
    if not folder.is_dir():
        pytest.skip(f"real files not here: ../shared/{name} is absent")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the publishers' real files; the test is skipped, and says so, where it is absent."""
    return _beside_the_repository("data")


@pytest.fixture(scope="session")
def shared_reference() -> Path:
    """Folder of published reference numbers; the test is skipped, and says so, where it is absent."""
    return _beside_the_repository("reference")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout under test."""
    return REPOSITORY


@pytest.fixture(scope="session")
def dbt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """dbt on our project; what it has parsed is shared by all workers of this session."""
    from tests.dbt_project.building import Dbt

    of_this_worker = tmp_path_factory.getbasetemp()
    is_worker = hasattr(request.config, "workerinput")
    parsed = (of_this_worker.parent if is_worker else of_this_worker) / "parsed"
    parsed.mkdir(exist_ok=True)
    return Dbt(REPOSITORY / "dbt_project", parsed)
