"""The lock file: what it must say, and what it must not."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path


def requirement_name(text: str) -> str:
    return re.split(r"[<>=~!\[; ]", text, maxsplit=1)[0]


def test_the_lock_answers_the_requirements_as_they_stand(repository: Path):
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    lock = tomllib.loads((repository / "uv.lock").read_text(encoding="utf-8"))
    (own,) = (package for package in lock["package"] if package["name"] == "serai")
    locked = {(item["name"], item.get("specifier", "")) for item in own["metadata"]["requires-dist"]}

    def stated(texts: list[str]) -> set[tuple[str, frozenset[str]]]:
        return {(requirement_name(t), frozenset(t[len(requirement_name(t)) :].split(","))) for t in texts}

    extras = [text for texts in project["project"]["optional-dependencies"].values() for text in texts]
    assert {(name, frozenset(bounds.split(","))) for name, bounds in locked} == stated(
        project["project"]["dependencies"] + extras
    )
    development = own["metadata"]["requires-dev"]["dev"]
    assert {
        (item["name"], frozenset(item.get("specifier", "").split(","))) for item in development
    } == stated(project["dependency-groups"]["dev"])


def test_every_locked_file_has_a_hash_and_no_address(repository: Path):
    text = (repository / "uv.lock").read_text(encoding="utf-8")
    assert "://" not in text
    lock = tomllib.loads(text)
    files = [
        file
        for package in lock["package"]
        for file in [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    ]
    assert len(files) > 500
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", file["hash"]) for file in files)
