"""Fixtures shared by all tests: where the publishers' real files are, if they are here at all."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


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
