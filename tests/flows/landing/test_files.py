"""The landing folder: what is taken from it, how files are paired with side-cars, and when nothing is new."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.landing import files as landing
from flows.landing.files import fingerprint, remember_path_dependent, scan
from flows.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty landing folder."""
    made = tmp_path / "landing"
    made.mkdir()
    return made


def put(folder: Path, name: str, text: str = "a,b\n1,2\n") -> Path:
    """Write a file below the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def settings(folder: Path) -> Settings:
    """Settings whose state directory lies beside the folder."""
    state = folder.parent / "home"
    state.mkdir(exist_ok=True)
    return Settings(home=state, landing=folder)


def test_files_are_found_in_all_subfolders_sorted_by_name(folder: Path):
    for name in ("b.csv", "a/deep/z.csv", "a.csv"):
        put(folder, name)
    assert [file.name for file in scan(folder)] == ["a.csv", "a/deep/z.csv", "b.csv"]


def test_a_file_is_named_by_the_sha256_of_its_content(folder: Path):
    path = put(folder, "a.csv")
    assert scan(folder)[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_documentation_and_hidden_entries_are_left_out(folder: Path):
    for name in (
        "SOURCES.md",
        "notes.Markdown",
        "README",
        "readme.txt",
        "ReadMe.rtf",
        ".hidden.csv",
        ".git/x.csv",
        "a.csv",
    ):
        put(folder, name)
    assert [file.name for file in scan(folder)] == ["a.csv"]


def test_a_side_car_goes_with_its_file_and_is_no_file_itself(folder: Path):
    put(folder, "a.csv")
    side_car = put(folder, "a.csv.origin.yml", "publisher: x\n")
    (file,) = scan(folder)
    assert file.side_car == side_car
    assert file.side_car_sha256 == hashlib.sha256(side_car.read_bytes()).hexdigest()
    assert file.problem is None


def test_a_side_car_without_its_file_is_told(folder: Path):
    put(folder, "a.csv")
    put(folder, "b.csv.origin.yml")
    assert [(file.name, file.problem) for file in scan(folder)] == [
        ("a.csv", None),
        ("b.csv.origin.yml", "a side-car without its file: b.csv is not here"),
    ]


def test_what_is_no_regular_file_is_told_and_not_read(folder: Path):
    put(folder, "target/a.csv")
    (folder / "folder_link").symlink_to(folder / "target")
    (folder / "gone").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe")
    put(folder, "b.csv")
    (folder / "b.csv.origin.yml").symlink_to("/dev/zero")
    problems = {file.name: file.problem for file in scan(folder) if file.problem}
    assert problems == {
        "folder_link": "a link to a folder, which is not followed",
        "gone": "cannot be read: No such file or directory",
        "pipe": "not a regular file",
        "b.csv": "its side-car b.csv.origin.yml: not a regular file",
    }
    assert {file.name for file in scan(folder)} == {*problems, "target/a.csv"}


def test_a_link_to_a_file_is_read(folder: Path, tmp_path: Path):
    (folder / "a.csv").symlink_to(put(tmp_path, "elsewhere/a.csv"))
    (file,) = scan(folder)
    assert (file.name, file.problem) == ("a.csv", None)


def test_names_are_shown_without_signs_that_a_terminal_would_obey(folder: Path):
    put(folder, "a\x1b[2J\n\u202e.csv")
    (folder / os.fsdecode(b"\xff.csv")).write_text("x")
    assert {file.name for file in scan(folder)} == {"a\\x1b[2J\\n\\u202e.csv", "\\xff.csv"}


def test_the_state_directory_is_not_searched(folder: Path):
    put(folder, "warehouse/archive/x.csv")
    put(folder, "a.csv")
    assert [file.name for file in scan(folder, skip=folder / "warehouse")] == ["a.csv"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"landing folder .*/nowhere does not exist"):
        scan(tmp_path / "nowhere")


def test_the_fingerprint_does_not_depend_on_names_and_places(folder: Path):
    path = put(folder, "a.csv")
    before = fingerprint(settings(folder)).lines
    put(folder, "copy/of/it.csv")
    path.rename(folder / "renamed.csv")
    assert fingerprint(settings(folder)).lines == before


def test_the_fingerprint_depends_on_the_place_of_files_of_which_it_says_something(folder: Path):
    path = put(folder, "a.csv")
    put(folder, "b.csv", "other\n")
    known = settings(folder)
    remember_path_dependent(known, [hashlib.sha256(path.read_bytes()).hexdigest()])
    before = fingerprint(known)
    (folder / "b.csv").rename(folder / "c.csv")
    assert fingerprint(known).lines == before.lines
    path.rename(folder / "exports.csv")
    assert len(fingerprint(known).lines - before.lines) == 1
    assert before.lines - {line for line in before.lines if "@" not in line} <= before.places


@pytest.mark.parametrize("text", ["", "{broken", "7", "[[]]"])
def test_a_damaged_memory_of_places_costs_nothing_but_a_run(folder: Path, text: str):
    put(folder, "a.csv")
    (settings(folder).state / landing.PATH_DEPENDENT).write_text(text)
    assert len(fingerprint(settings(folder)).lines) == 1


def test_the_fingerprint_gains_a_line_with_new_content_and_with_a_new_side_car(folder: Path):
    put(folder, "a.csv")
    first = fingerprint(settings(folder)).lines
    put(folder, "a.csv.origin.yml", "publisher: x\n")
    second = fingerprint(settings(folder)).lines
    put(folder, "a.csv.origin.yml", "publisher: y\n")
    third = fingerprint(settings(folder)).lines
    put(folder, "b.csv", "other\n")
    fourth = fingerprint(settings(folder)).lines
    assert first < second
    assert first < third
    assert third != second
    assert third < fourth


def test_a_changed_file_of_the_same_size_and_clock_is_noticed(folder: Path):
    path = put(folder, "a.csv", "a,b\n1,2\n")
    before = fingerprint(settings(folder)).lines
    clocks = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_text("a,b\n3,4\n")
    os.utime(path, ns=clocks)
    assert fingerprint(settings(folder)).lines != before


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files that are hashed from now on."""
    hashed: list[Path] = []
    original = landing.durable.sha256

    def counting(path: Path) -> str:
        hashed.append(path)
        return original(path)

    monkeypatch.setattr(landing.durable, "sha256", counting)
    return hashed


def test_a_settled_file_is_hashed_once(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(landing, "SETTLED_NS", -1)
    hashed = counted(monkeypatch)
    put(folder, "a.csv")
    first = fingerprint(settings(folder)).lines
    assert fingerprint(settings(folder)).lines == first
    assert len(hashed) == 1
    put(folder, "a.csv", "a,b\n5,6\n")
    assert fingerprint(settings(folder)).lines != first
    assert len(hashed) == 2


def test_a_file_changed_a_moment_ago_is_hashed_again(folder: Path, monkeypatch: pytest.MonkeyPatch):
    hashed = counted(monkeypatch)
    put(folder, "a.csv")
    fingerprint(settings(folder))
    fingerprint(settings(folder))
    assert len(hashed) == 2


@pytest.mark.parametrize("text", ["", "[]", "{broken", '{"x": 1}'])
def test_a_damaged_memory_of_hashes_costs_nothing_but_time(folder: Path, text: str):
    put(folder, "a.csv")
    before = fingerprint(settings(folder)).lines
    (settings(folder).state / landing.HASHES).write_text(text)
    assert fingerprint(settings(folder)).lines == before


def test_a_state_directory_that_is_not_there_is_not_made(folder: Path, tmp_path: Path):
    put(folder, "a.csv")
    assert fingerprint(Settings(home=tmp_path / "no_home", landing=folder)).lines
    assert not (tmp_path / "no_home").exists()


def test_nothing_heavy_is_imported_to_find_out_that_nothing_is_new(repository: Path):
    code = (
        "import sys, flows.landing.files;"
        "heavy = {'pandas', 'numpy', 'pyarrow', 'duckdb', 'prefect', 'dbt', 'great_expectations'};"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
