"""A zip looked through before anything is taken out of it: what is in it, and why it is not to be trusted.

Every number that a zip states about itself is a claim: sizes are counted again while a member is read, and
its CRC is compared.
"""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from flows.printable import printable
from flows.reading.result import Fault, Unreadable, shown

RATIO_MAX = 100
"""How many times its packed size a member may unfold to."""

RATIO_ASKED_ABOVE = 1 << 16
"""Bytes up to which the ratio is not asked: a short text may well repeat itself."""

BYTES_OUT_MAX = 20 * 10**9
MEMBERS_MAX = 1_000
CHUNK = 1 << 20

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_END = b"PK\x05\x06"
_END_SIZE, _COMMENT_MAX, _LOCATOR_SIZE, _END_64_SIZE, _LOCAL_SIZE = 22, 0xFFFF, 20, 56, 30
_DIRECTORY_MAX = MEMBERS_MAX * 4096
_METHODS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflated"}
_ENCRYPTED = 0x1 | 0x40 | 0x2000


def broken(seen: str, expected: str) -> Unreadable:
    """Return the error that says what is wrong with an archive."""
    return Unreadable(Fault(None, None, shown(seen), expected, "archive"))


@contextmanager
def opened_zip(path: Path) -> Iterator[tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]]:
    """Open a zip for the block: the zip and its regular members, all of them within the limits.

    Raises
    ------
    Unreadable
        When it is cut, damaged or padded, holds too many or too large members, members that overlap, that
        are encrypted, packed in a way not known here, no regular files, or whose names lead elsewhere.
    """
    with path.open("rb") as stream:
        _check_end(stream, path.stat().st_size)
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, struct.error, NotImplementedError, OverflowError, ValueError) as error:
            raise broken(f"a damaged zip ({error})", "a zip that is whole") from None
        with archive:
            members = [info for info in archive.infolist() if not _is_folder(info)]
            _check_limits(archive.infolist(), members)
            for info in archive.infolist():
                _check_member(info)
            _check_names(members)
            _check_places(stream, archive)
            yield archive, members


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member's content, counted and compared with its CRC.

    Raises
    ------
    Unreadable
        When it is not what the zip says of it.
    """
    name = printable(info.filename)
    count = 0
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                count += len(chunk)
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise broken(f"member {name}: {error}", "a member that is whole") from None
    if count != info.file_size:
        raise broken(f"member {name}: {count:,} bytes", f"{info.file_size:,} bytes, as the zip says")


def _check_end(stream: BinaryIO, size: int) -> None:
    """Check that the zip ends where it says, and that its list of members is of a size to be read."""
    start = max(0, size - _END_SIZE - _COMMENT_MAX)
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise broken("a zip without its end", "a zip that is whole")
    directory_size, _, comment_size = struct.unpack("<LLH", tail[at + 12 : at + _END_SIZE])
    after = len(tail) - at - _END_SIZE - comment_size
    if after:
        seen = f"{after:,} bytes after its end" if after > 0 else "a zip whose end is cut"
        raise broken(seen, "nothing after the end that the zip states")
    end = start + at
    if directory_size == 0xFFFFFFFF and end >= _LOCATOR_SIZE + _END_64_SIZE:
        stream.seek(end - _LOCATOR_SIZE - _END_64_SIZE)
        (directory_size,) = struct.unpack("<Q", stream.read(_END_64_SIZE)[40:48])
    if directory_size > _DIRECTORY_MAX:
        seen = f"a list of members of {directory_size:,} bytes"
        raise broken(seen, f"at most {MEMBERS_MAX:,} members")
    stream.seek(0)


def _check_limits(entries: list[zipfile.ZipInfo], members: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MEMBERS_MAX:
        raise broken(f"{len(entries):,} members", f"at most {MEMBERS_MAX:,} members")
    total = sum(info.file_size for info in members)
    if total > BYTES_OUT_MAX:
        raise broken(f"{total:,} bytes unpacked", f"at most {BYTES_OUT_MAX:,} bytes unpacked")
    for info in members:
        if info.file_size > max(RATIO_ASKED_ABOVE, RATIO_MAX * info.compress_size):
            seen = f"member {printable(info.filename)}: {info.file_size:,} bytes from {info.compress_size:,}"
            raise broken(seen, f"at most {RATIO_MAX} times the packed size")


def _check_member(info: zipfile.ZipInfo) -> None:
    name = printable(info.filename)
    path = info.filename.replace("\\", "/")
    if "\0" in info.orig_filename or not path.strip("/"):
        raise broken(f"member {printable(info.orig_filename)!r}", "a name")
    if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/"):
        raise broken(f"member {name}", "a path within the archive")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR) > _is_folder(info):
        raise broken(f"member {name}, a link or a device", "regular files alone")
    if info.flag_bits & _ENCRYPTED:
        raise broken(f"member {name}, encrypted", "members without a password")
    if info.compress_type not in _METHODS:
        method = zipfile.compressor_names.get(info.compress_type, f"method {info.compress_type}")
        expected = " or ".join(_METHODS.values())
        raise broken(f"member {name}, packed with {method}", f"members {expected}: pack it again so")
    if _is_folder(info) and info.file_size:
        raise broken(f"member {name}, a folder with {info.file_size:,} bytes", "an empty entry of a folder")


def _check_names(members: Iterable[zipfile.ZipInfo]) -> None:
    seen = set()
    for info in members:
        name = unicodedata.normalize("NFC", info.filename.replace("\\", "/"))
        if name in seen:
            raise broken(f"two members called {printable(info.filename)}", "each name once")
        seen.add(name)


def _check_places(stream: BinaryIO, archive: zipfile.ZipFile) -> None:
    """Check that no two members share bytes: a small zip of overlapping members unfolds without end."""
    free_from = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        stream.seek(max(0, info.header_offset))
        head = stream.read(_LOCAL_SIZE) if info.header_offset >= 0 else b""
        if len(head) < _LOCAL_SIZE or not head.startswith(ZIP_STARTS[0]):
            raise broken(f"no member at the place of {printable(info.filename)}", "a zip that is whole")
        if info.header_offset < free_from:
            raise broken(f"member {printable(info.filename)} overlaps another", "members side by side")
        name_size, extra_size = struct.unpack("<HH", head[26:30])
        free_from = info.header_offset + _LOCAL_SIZE + name_size + extra_size + info.compress_size
    if free_from > archive.start_dir:
        raise broken("a member that overlaps the list of members", "members side by side")


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith("/")
