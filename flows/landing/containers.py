"""Archives that files come in, zip and gz: opened in the work folder, each member a plain file of its own.

A member never chooses where it is written: the names within an archive are told, not used as paths. Nothing
is unpacked twice: an archive within an archive is a member with a problem.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flows.landing.files import SIDE_CAR_SUFFIX, is_documentation
from flows.landing.side_car import LONGEST
from flows.printable import printable
from flows.reading.result import Unreadable
from flows.reading.zip_file import (
    BYTES_OUT_MAX,
    CHUNK,
    MEMBERS_MAX,
    RATIO_ASKED_ABOVE,
    RATIO_MAX,
    ZIP_STARTS,
    broken,
    opened_zip,
    unpacked,
)

GZIP_START = b"\x1f\x8b"
SEPARATOR = "!/"
"""Between the name of an archive and that of its member."""

_PACKAGE_MARKS = frozenset({"[Content_Types].xml", "xl/workbook.xml", "xl/workbook.bin", "mimetype"})
"""Members by which a zip is a document of its own, such as a workbook."""

_DOCUMENT_SUFFIXES = (".pdf",)
_SYSTEM_FOLDER = "__MACOSX"
_TAR_MARK, _TAR_MARK_AT = b"ustar", 257
NESTED = "an archive inside an archive, which is not opened: land it by itself"


@dataclass(frozen=True)
class Member:
    """One file of an archive.

    Attributes
    ----------
    name : str
        Its name within, unprintable characters escaped; empty for that of a gz, which has no other than the
        gz's own.
    sha256 : str
        Hash of its content in hexadecimal digits.
    side_car : bytes or None
        The ``<member>.origin.yml`` within the same archive.
    problem : str or None
        Why it cannot be a data file.
    path : Path or None
        Where its content lies while the archive is open.
    """

    name: str
    sha256: str
    byte_count: int
    side_car: bytes | None = None
    problem: str | None = None
    path: Path | None = None

    def name_in(self, container: str) -> str:
        """Return its name as a member of an archive of the given name."""
        return f"{container}{SEPARATOR}{self.name or _unpacked_name(container)}"


def is_container(path: Path) -> bool:
    """Tell by its content whether a file is an archive of files; a workbook, though a zip, is none."""
    with path.open("rb") as stream:
        head = stream.read(4)
    if head.startswith(GZIP_START):
        return True
    if not head.startswith(ZIP_STARTS):
        return False
    try:
        with opened_zip(path) as (_, members):
            return not _PACKAGE_MARKS & {info.filename for info in members}
    except Unreadable:
        # Whether it would have been a workbook cannot be known: told as what it is, a zip that is broken.
        return True


def open_container(path: Path, folder: Path) -> tuple[Member, ...]:
    """Unpack an archive's files into a folder, in order of their names.

    Parameters
    ----------
    path : Path
        The archive; nobody alters it.
    folder : Path
        Empty; the files are numbered there.

    Returns
    -------
    tuple of Member
        Documentation, hidden entries and side-cars are not among them.

    Raises
    ------
    Unreadable
        When the archive is damaged, beyond the limits, or holds no data file.
    """
    with path.open("rb") as stream:
        is_gzip = stream.read(2) == GZIP_START
    members = [_written(_gunzipped(path), folder / "0", "")] if is_gzip else list(_zip_members(path, folder))
    if not members:
        raise broken("no data file in it", "an archive of data files")
    return tuple(sorted(members, key=lambda member: member.name))


def _zip_members(path: Path, folder: Path) -> Iterator[Member]:
    with opened_zip(path) as (archive, infos):
        names = {info.filename for info in infos}
        side_cars = {
            info.filename.removesuffix(SIDE_CAR_SUFFIX): _beginning(unpacked(archive, info), LONGEST + 1)
            for info in infos
            if info.filename.endswith(SIDE_CAR_SUFFIX)
        }
        for number, info in enumerate(infos):
            if info.filename.endswith(SIDE_CAR_SUFFIX):
                described = info.filename.removesuffix(SIDE_CAR_SUFFIX)
                if described in names:
                    continue
                problem = f"a side-car without its file: {printable(described)} is not in the archive"
            elif _is_left_out(info.filename):
                # Read all the same: a damaged archive is told as damaged, whichever member it is.
                _beginning(unpacked(archive, info), 0)
                continue
            else:
                problem = None
            name, side_car = printable(info.filename), side_cars.get(info.filename)
            yield _written(unpacked(archive, info), folder / str(number), name, side_car, problem)


def _beginning(chunks: Iterator[bytes], size: int) -> bytes:
    """Return the first bytes of a member, having read all of it."""
    kept = b""
    for chunk in chunks:
        kept += chunk[: size - len(kept)]
    return kept


def _unpacked_name(name: str) -> str:
    """Return the name of a gz without its ending."""
    plain = PurePosixPath(name).name
    for suffix, replacement in ((".tgz", ".tar"), (".gz", "")):
        if plain.lower().endswith(suffix) and len(plain) > len(suffix):
            return plain[: -len(suffix)] + replacement
    return plain


def _written(
    chunks: Iterator[bytes],
    target: Path,
    name: str,
    side_car: bytes | None = None,
    problem: str | None = None,
) -> Member:
    digest, count, head = hashlib.sha256(), 0, b""
    with target.open("xb") as stream:
        for chunk in chunks:
            head += chunk[: _TAR_MARK_AT + len(_TAR_MARK) - len(head)]
            digest.update(chunk)
            count += len(chunk)
            stream.write(chunk)
    target.chmod(0o444)
    if head[_TAR_MARK_AT:] == _TAR_MARK or is_container(target):
        problem = problem or NESTED
    return Member(name, digest.hexdigest(), count, side_car, problem, target)


def _gunzipped(path: Path) -> Iterator[bytes]:
    """Yield what a gz holds, all its members one after another, each compared with its CRC and length."""
    size = path.stat().st_size
    allowed = min(BYTES_OUT_MAX, max(RATIO_ASKED_ABOVE, RATIO_MAX * size))
    count = 0
    for chunk in _inflated(path):
        count += len(chunk)
        if count > allowed:
            seen = f"more than {allowed:,} bytes from {size:,}"
            expected = f"at most {RATIO_MAX} times the packed size and {BYTES_OUT_MAX:,} bytes"
            raise broken(seen, expected)
        yield chunk


def _inflated(path: Path) -> Iterator[bytes]:
    decoder = None
    member_count, is_padded, pending = 0, False, b""
    with path.open("rb") as stream:
        while chunk := pending + stream.read(CHUNK if len(pending) < 2 else 0):
            pending = b""
            if decoder is None:
                is_padded = is_padded or (member_count > 0 and not chunk.startswith(GZIP_START))
                if is_padded:
                    # Tapes and some tools fill up with zeros; anything else does not belong here.
                    if chunk.strip(b"\0"):
                        raise broken("bytes after its end", "nothing after the end of the gz")
                    continue
                decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
                member_count += 1
                if member_count > MEMBERS_MAX:
                    raise broken(f"more than {MEMBERS_MAX:,} members", f"at most {MEMBERS_MAX:,} members")
            try:
                while chunk and not decoder.eof:
                    yield decoder.decompress(chunk, CHUNK)
                    chunk = decoder.unconsumed_tail
            except zlib.error as error:
                is_checksum = "incorrect" in str(error)
                what = "a gz with a wrong checksum" if is_checksum else "a damaged gz"
                raise broken(f"{what} ({error})", "a gz that is whole") from None
            if decoder.eof:
                pending, decoder = decoder.unused_data, None
    # What is still within has no CRC after it: the content is not asked for.
    if decoder is not None:
        raise broken("a gz that is cut", "a gz that is whole")


def _is_left_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    if any(part.startswith(".") or part == _SYSTEM_FOLDER for part in path.parts):
        return True
    return is_documentation(path.name) or path.suffix.lower() in _DOCUMENT_SUFFIXES
