"""What lies in the landing folder: found, paired with its side-car, and named by its content.

Only the standard library is imported here, because this module answers "is anything new?" before anything
heavy is loaded. Nothing in the landing folder is ever altered.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from flows import durable
from flows.printable import printable
from flows.settings import Settings

SIDE_CAR_SUFFIX = ".origin.yml"
DOCUMENTATION_SUFFIXES = (".md", ".markdown")
DOCUMENTATION_STEM = "readme"
DOCUMENTATION_TEXTS = ("", ".txt", ".rst", ".rtf")

PATH_DEPENDENT = "path_dependent.json"
"""Where the state directory remembers of which landed files the place says something."""

HASHES = "landing_hashes.json"
"""Where the state directory remembers the hashes of landed files."""

SETTLED_NS = 2_000_000_000
"""A file changed less than two seconds ago may change again without its clock showing it: hash it again."""


@dataclass(frozen=True)
class LandedFile:
    """One entry of the landing folder.

    Attributes
    ----------
    path : Path
        Where it is.
    name : str
        Its path below the landing folder, with unprintable characters escaped: safe to show and to store.
    sha256 : str or None
        Hash of the content in hexadecimal digits; None when it could not be read.
    side_car : Path or None
        The ``<file>.origin.yml`` beside it.
    side_car_sha256 : str or None
        Hash of the side-car's content.
    problem : str or None
        Why the entry cannot be a data file, whatever it holds.
    """

    path: Path
    name: str
    sha256: str | None
    side_car: Path | None = None
    side_car_sha256: str | None = None
    problem: str | None = None

    @property
    def file_id(self) -> str:
        """The content's hash, or a stand-in for what could not be read."""
        return self.sha256 or f"unread:{self.name}"


class Fingerprint(NamedTuple):
    """What lies in the landing folder.

    Attributes
    ----------
    lines : frozenset of str
        One per distinct content, and one per content with its side-car. Names and places enter only where
        the last run found that they say something, such as the direction of trade: else a renamed or copied
        file gives the same lines.
    places : frozenset of str
        One per content and name, whether it says something or not.
    """

    lines: frozenset[str]
    places: frozenset[str]


def fingerprint(settings: Settings) -> Fingerprint:
    """Return what lies in the landing folder.

    Hashes are remembered in the state directory by path, size and clocks, so that an unchanged folder is
    answered without reading it.

    Raises
    ------
    FileNotFoundError
        When the landing folder does not exist.
    """
    lines, places = set(), set()
    path_dependent = _path_dependent(settings)
    for file in scan(settings.landing_folder, skip=settings.state, cache=settings.state / HASHES):
        lines.add(file.file_id)
        if file.side_car_sha256:
            lines.add(f"{file.file_id}:{file.side_car_sha256}")
        places.add(place := f"{file.file_id}@{file.name}")
        if file.file_id in path_dependent:
            lines.add(place)
    return Fingerprint(frozenset(lines), frozenset(places))


def remember_path_dependent(settings: Settings, file_ids: Sequence[str]) -> None:
    """Remember of which landed files the place says something."""
    aside = settings.state / f"{PATH_DEPENDENT}.{os.getpid()}.new"
    aside.write_text(json.dumps(sorted(file_ids)), encoding="utf-8")
    os.replace(aside, settings.state / PATH_DEPENDENT)


def _path_dependent(settings: Settings) -> frozenset[str]:
    try:
        return frozenset(json.loads((settings.state / PATH_DEPENDENT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return frozenset()  # before the first run, nothing is known of any file


def scan(
    landing: Path,
    *,
    skip: Path | None = None,
    cache: Path | None = None,
    hash_of: Callable[[Path], str] | None = None,
) -> list[LandedFile]:
    """Return every entry of the landing folder that is not documentation, sorted by name.

    Hidden entries and Markdown are left out silently. A side-car goes with its file; one whose file is not
    there, a link to a folder, or anything that is no regular file is returned with its problem.

    Parameters
    ----------
    landing : Path
        The landing folder, searched with its subfolders.
    skip : Path, optional
        Folder that is not searched: the state directory, should it lie below ``landing``.
    cache : Path, optional
        File in which hashes are remembered; its folder must exist, else nothing is remembered.
    hash_of : callable, optional
        Returns the sha256 of a data file whose hash is not remembered.

    Raises
    ------
    FileNotFoundError
        When the landing folder does not exist.
    """
    if not landing.is_dir():
        raise FileNotFoundError(f"landing folder {landing} does not exist")
    hashes = _Hashes(cache)
    paths = sorted(_entries(landing, skip), key=lambda path: path.relative_to(landing).as_posix())
    present = set(paths)
    found = []
    for path in paths:
        name = _printable(path.relative_to(landing))
        if path.name.endswith(SIDE_CAR_SUFFIX):
            described = path.with_name(path.name.removesuffix(SIDE_CAR_SUFFIX))
            if described in present:
                continue
            problem = f"a side-car without its file: {_printable(described.relative_to(landing))} is not here"
        else:
            problem = _irregular(path)
        try:
            sha256 = None if problem and not path.is_file() else hashes.of(path, hash_of)
        except OSError as error:
            found.append(LandedFile(path, name, None, problem=f"cannot be read: {error.strerror}"))
            continue
        side_car = path.with_name(path.name + SIDE_CAR_SUFFIX)
        found.append(_paired(path, name, sha256, side_car if side_car in present else None, problem, hashes))
    hashes.keep()
    return found


def _paired(
    path: Path, name: str, sha256: str | None, side_car: Path | None, problem: str | None, hashes: _Hashes
) -> LandedFile:
    if side_car is None:
        return LandedFile(path, name, sha256, problem=problem)
    unreadable = _irregular(side_car)
    try:
        side_car_sha256 = None if unreadable else hashes.of(side_car)
    except OSError as error:
        side_car_sha256, unreadable = None, f"cannot be read: {error.strerror}"
    if unreadable:
        problem = problem or f"its side-car {_printable(Path(side_car.name))}: {unreadable}"
        return LandedFile(path, name, sha256, problem=problem)
    return LandedFile(path, name, sha256, side_car, side_car_sha256, problem)


def _entries(landing: Path, skip: Path | None) -> Iterator[Path]:
    for folder, folders, files in os.walk(landing):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = [name for name in folders if not name.startswith(".") and Path(folder, name) != skip]
        for name in [*files, *links]:
            if not name.startswith(".") and not is_documentation(name):
                yield Path(folder, name)


def is_documentation(name: str) -> bool:
    """Tell whether a file is there to be read by people: Markdown, or a text called readme."""
    stem, suffix = os.path.splitext(name.lower())
    return suffix in DOCUMENTATION_SUFFIXES or (stem == DOCUMENTATION_STEM and suffix in DOCUMENTATION_TEXTS)


def _irregular(path: Path) -> str | None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISDIR(mode):
        return "a link to a folder, which is not followed"
    return None if stat.S_ISREG(mode) else "not a regular file"


def _printable(relative: Path) -> str:
    return printable(os.fsencode(PurePosixPath(*relative.parts)).decode("utf-8", "backslashreplace"))


class _Hashes:
    """Hashes of files, remembered between runs by path, size and clocks."""

    def __init__(self, cache: Path | None) -> None:
        self._cache = cache
        self._known: dict[str, list[int | str]] = {}
        self._used: dict[str, list[int | str]] = {}
        if cache is not None:
            try:
                known = json.loads(cache.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                known = None  # a cache: what is lost is computed again
            self._known = known if isinstance(known, dict) else {}

    def of(self, path: Path, hash_of: Callable[[Path], str] | None = None) -> str:
        before = path.stat()
        key = os.fsencode(path).hex()
        clocks = [before.st_size, before.st_mtime_ns, before.st_ctime_ns, before.st_ino]
        known = self._known.get(key)
        if known is not None and known[:-1] == clocks:
            self._used[key] = known
            return str(known[-1])
        sha256 = (hash_of or durable.sha256)(path)
        after = path.stat()
        is_settled = time.time_ns() - max(after.st_mtime_ns, after.st_ctime_ns) > SETTLED_NS
        if is_settled and [after.st_size, after.st_mtime_ns, after.st_ctime_ns, after.st_ino] == clocks:
            self._used[key] = [*clocks, sha256]
        return sha256

    def keep(self) -> None:
        if self._cache is None or self._used == self._known:
            return
        aside = self._cache.with_suffix(f".{os.getpid()}.new")
        # A state directory that cannot be written, or is not there yet, costs only the memory.
        with suppress(OSError):
            aside.write_text(json.dumps(self._used), encoding="utf-8")
            os.replace(aside, self._cache)
