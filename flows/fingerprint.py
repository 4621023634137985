"""What a release was made from, in a few hashes: decides, before anything heavy is imported, what is new."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flows.settings import PROJECT

CODE_FOLDERS = ("flows", "analysis", "expectations", "dbt_project")
LEFT_BY_TOOLS = frozenset({"__pycache__", "target", "logs", ".DS_Store"})
LIBRARIES = (
    "altair",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "frictionless",
    "great-expectations",
    "jinja2",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "vl-convert-python",
)
"""Libraries whose version can change a published number, verdict or page."""


def code_fingerprint(studies: Path | None = None) -> str:
    """Return 16 hexadecimal digits that change with our code, contracts, studies, models or the libraries.

    Parameters
    ----------
    studies : Path, optional
        Folder of study files that are read in place of our own.
    """
    own = _own_fingerprint()
    if studies is None:
        return own
    digest = hashlib.sha256(own.encode())
    for path in sorted(studies.rglob("*.yml")):
        digest.update(path.relative_to(studies).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@cache
def _own_fingerprint() -> str:
    digest = hashlib.sha256()
    for folder in CODE_FOLDERS:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and not LEFT_BY_TOOLS.intersection(path.parts):
                digest.update(path.relative_to(PROJECT).as_posix().encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    for library in LIBRARIES:
        try:
            digest.update(f"{library}=={version(library)}".encode())
        except PackageNotFoundError:
            digest.update(f"{library} absent".encode())
    return digest.hexdigest()[:16]
