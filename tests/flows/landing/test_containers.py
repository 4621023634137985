"""Archives: what is taken out of them, and everything for which they are not opened."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from flows.landing import containers
from flows.landing.containers import NESTED, is_container, open_container
from flows.reading import Unreadable, zip_file
from tests.flows.house import zipped

TEXT = "a,b\n1,2\n"


def opened(tmp_path: Path, content: bytes, name: str = "z.zip") -> dict[str, str]:
    """Return the members of an archive: name → content, or what is wrong with it in brackets."""
    path = tmp_path / "archive"
    path.write_bytes(content)
    folder = tmp_path / "work"
    folder.mkdir()
    members = open_container(path, folder)
    for member in members:
        assert member.path is not None
        assert member.path.parent == folder
        data = member.path.read_bytes()
        assert (member.sha256, member.byte_count) == (hashlib.sha256(data).hexdigest(), len(data))
    return {
        one.name_in(name).removeprefix(f"{name}!/"): f"[{one.problem}]"
        if one.problem
        else one.path.read_text()
        for one in members
    }


def refused(tmp_path: Path, content: bytes, name: str = "z.zip") -> str:
    """Return why an archive is not opened."""
    with pytest.raises(Unreadable) as broken:
        opened(tmp_path, content, name)
    return str(broken.value)


def made(*entries: tuple[zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of entries as they are given."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for info, data in entries:
            info.compress_type = method
            archive.writestr(info, data)
    return held.getvalue()


def patched(content: bytes, old: bytes, new: bytes) -> bytes:
    """Return bytes with one place altered, which must be there."""
    assert old in content
    return content.replace(old, new)


def test_members_are_plain_files_in_order_of_their_names(tmp_path: Path):
    content = zipped(**{"b__csv": TEXT, "deep/a__csv": "x\n"})
    assert opened(tmp_path, content) == {"b.csv": TEXT, "deep/a.csv": "x\n"}


def test_documentation_hidden_entries_and_folders_are_left_out(tmp_path: Path):
    names = (
        "README",
        "Readme.txt",
        "notes.md",
        "guide.pdf",
        ".DS_Store",
        "__MACOSX/._a.csv",
        "sub/",
        "a.csv",
    )
    content = made(*((zipfile.ZipInfo(name), b"" if name.endswith("/") else TEXT.encode()) for name in names))
    assert opened(tmp_path, content) == {"a.csv": TEXT}


def test_a_side_car_within_goes_with_its_member(tmp_path: Path):
    path = tmp_path / "z.zip"
    path.write_bytes(zipped(a__csv=TEXT, a__csv__origin__yml="x: 1\n", b__csv__origin__yml="y"))
    members = open_container(path, tmp_path)
    assert [(one.name, one.side_car, one.problem) for one in members] == [
        ("a.csv", b"x: 1\n", None),
        ("b.csv.origin.yml", None, "a side-car without its file: b.csv is not in the archive"),
    ]


@pytest.mark.parametrize(
    ("name", "member"),
    [("a.csv.gz", "a.csv"), ("sub/A.CSV.GZ", "A.CSV"), ("odd", "odd"), (".gz", ".gz"), ("a.tgz", "a.tar")],
)
def test_the_member_of_a_gz_is_called_as_the_gz_without_its_ending(tmp_path: Path, name: str, member: str):
    assert opened(tmp_path, gzip.compress(TEXT.encode()), name) == {member: TEXT}


def test_a_gz_of_several_parts_is_one_file_and_zeros_may_follow(tmp_path: Path):
    content = gzip.compress(b"a,b\n") + gzip.compress(b"") + gzip.compress(b"1,2\n") + b"\0" * 512
    assert opened(tmp_path, content, "a.csv.gz") == {"a.csv": TEXT}


def test_a_gz_larger_than_what_is_read_at_once_is_whole(tmp_path: Path):
    text = "".join(f"{number},{number * 7919 % 10007}\n" for number in range(300_000))
    content = gzip.compress(text.encode()) + gzip.compress(text.encode())
    assert opened(tmp_path, content, "a.csv.gz") == {"a.csv": text * 2}


@pytest.mark.parametrize("cut", [1, 4, 8, 12])
def test_a_gz_that_is_cut_is_refused(tmp_path: Path, cut: int):
    assert "seen 'a gz that is cut'" in refused(tmp_path, gzip.compress(TEXT.encode())[:-cut], "a.csv.gz")


def test_a_gz_with_a_wrong_crc_or_length_is_refused(tmp_path: Path):
    content = gzip.compress(TEXT.encode())
    wrong_crc = content[:-8] + bytes([content[-8] ^ 1]) + content[-7:]
    assert "incorrect data check" in refused(tmp_path, wrong_crc, "a.csv.gz")


def test_a_gz_with_a_wrong_length_is_refused(tmp_path: Path):
    content = gzip.compress(TEXT.encode())
    assert "incorrect length check" in refused(tmp_path, content[:-1] + b"\x01", "a.csv.gz")


@pytest.mark.parametrize("garbage", [b"x", b"\0\0x", b"\x1f", b"a,b\n" * 999])
def test_bytes_after_the_end_of_a_gz_refuse_it(tmp_path: Path, garbage: bytes):
    reason = refused(tmp_path, gzip.compress(TEXT.encode()) + garbage, "a.csv.gz")
    assert "bytes after its end" in reason or "a gz that is cut" in reason


def test_a_gz_that_unfolds_without_end_is_refused_before_it_does(tmp_path: Path):
    content = gzip.compress(b"\0" * 50_000_000)
    assert "expected at most 100 times the packed size" in refused(tmp_path, content, "a.csv.gz")
    assert sum(path.stat().st_size for path in (tmp_path / "work").iterdir()) < 10_000_000


def test_a_gz_of_too_many_parts_is_refused(tmp_path: Path):
    content = gzip.compress(b"") * 1001 + gzip.compress(TEXT.encode())
    assert "more than 1,000 members" in refused(tmp_path, content, "a.csv.gz")


def test_a_member_that_unfolds_a_hundredfold_refuses_the_zip(tmp_path: Path):
    reason = refused(tmp_path, zipped(bomb__csv="0" * 20_000_000))
    assert reason.startswith("seen 'member bomb.csv: 20,000,000 bytes from ")
    assert list((tmp_path / "work").iterdir()) == []


def test_a_short_text_may_repeat_itself(tmp_path: Path):
    assert len(opened(tmp_path, zipped(a__csv="0" * 60_000))["a.csv"]) == 60_000


def test_more_bytes_than_the_limit_refuse_the_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(zip_file, "BYTES_OUT_MAX", 10)
    reason = refused(tmp_path, zipped(a__csv=TEXT, b__csv=TEXT))
    assert reason == "seen '16 bytes unpacked', expected at most 10 bytes unpacked"


def test_more_bytes_than_the_limit_refuse_the_gz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(containers, "BYTES_OUT_MAX", 5)
    assert "more than 5 bytes" in refused(tmp_path, gzip.compress(TEXT.encode()), "a.csv.gz")


def test_more_members_than_a_thousand_refuse_the_zip(tmp_path: Path):
    content = made(*((zipfile.ZipInfo(f"{number}.csv"), b"x") for number in range(1001)))
    assert "seen '1,001 members', expected at most 1,000 members" in refused(tmp_path, content)


def test_a_list_of_members_that_fills_the_memory_is_not_read(tmp_path: Path):
    content = made(*((zipfile.ZipInfo("x" * 60_000 + str(number)), b"") for number in range(80)))
    assert "a list of members of " in refused(tmp_path, content)


def test_a_size_that_is_stated_too_small_is_found_out(tmp_path: Path):
    text = "".join(map(str, range(30_000)))
    content = zipped(a__csv=text)
    content = patched(content, struct.pack("<L", len(text)), struct.pack("<L", 1000))
    assert "a.csv" in refused(tmp_path, content)


@pytest.mark.parametrize(
    "name", ["/etc/a.csv", "../a.csv", "x/../../a.csv", "..\\a.csv", "C:\\a.csv", "\\\\server\\a.csv"]
)
def test_names_that_lead_elsewhere_refuse_the_zip_and_write_nothing(tmp_path: Path, name: str):
    reason = refused(tmp_path, made((zipfile.ZipInfo("good.csv"), b"x"), (zipfile.ZipInfo(name), b"x")))
    assert "a path within the archive" in reason
    assert list((tmp_path / "work").iterdir()) == []


def test_a_name_with_a_nul_refuses_the_zip(tmp_path: Path):
    content = patched(zipped(a_b__csv=TEXT), b"a_b.csv", b"a\0b.csv")
    assert "expected a name" in refused(tmp_path, content)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFBLK])
def test_links_and_devices_refuse_the_zip(tmp_path: Path, kind: int):
    info = zipfile.ZipInfo("a.csv")
    info.external_attr = (kind | 0o644) << 16
    assert "a link or a device" in refused(tmp_path, made((info, b"/etc/passwd")))


def test_an_encrypted_member_refuses_the_zip_with_the_reason(tmp_path: Path):
    content = zipped(a__csv=TEXT)
    for start, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(start) + at
        content = content[:place] + b"\x01\x00" + content[place + 2 :]
    assert "member a.csv, encrypted" in refused(tmp_path, content)


@pytest.mark.parametrize(("method", "told"), [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "lzma")])
def test_a_member_packed_otherwise_refuses_the_zip_with_the_reason(tmp_path: Path, method: int, told: str):
    reason = refused(tmp_path, made((zipfile.ZipInfo("a.csv"), b"x"), method=method))
    assert f"member a.csv, packed with {told}" in reason
    assert "pack it again" in reason


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_refuse_the_zip(tmp_path: Path):
    content = made((zipfile.ZipInfo("a.csv"), b"x"), (zipfile.ZipInfo("a.csv"), b"y"))
    assert "two members called a.csv" in refused(tmp_path, content)


def test_a_member_placed_before_the_beginning_refuses_the_zip(tmp_path: Path):
    content = zipped(a__csv=TEXT)
    end = content.index(b"PK\x05\x06")
    # The list of members is said to begin later than it does: all places shift below zero.
    content = content[: end + 16] + struct.pack("<L", end + 60) + content[end + 20 :]
    assert "no member at the place of a.csv" in refused(tmp_path, content)


def test_members_that_share_bytes_refuse_the_zip(tmp_path: Path):
    content = zipped(a__csv=TEXT, b__csv=TEXT)
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content = content[: second + 42] + struct.pack("<L", 0) + content[second + 46 :]
    assert "overlaps another" in refused(tmp_path, content)


def test_a_wrong_crc_refuses_the_zip(tmp_path: Path):
    content = made((zipfile.ZipInfo("a.csv"), TEXT.encode()), method=zipfile.ZIP_STORED)
    assert "Bad CRC-32" in refused(tmp_path, patched(content, b"1,2", b"1,3"))


def test_a_wrong_crc_of_documentation_refuses_the_zip_too(tmp_path: Path):
    entries = [(zipfile.ZipInfo("a.csv"), TEXT.encode()), (zipfile.ZipInfo("readme.txt"), b"how to")]
    content = made(*entries, method=zipfile.ZIP_STORED)
    assert "Bad CRC-32" in refused(tmp_path, patched(content, b"how", b"who"))


@pytest.mark.parametrize("cut", [1, 10, 22, 60])
def test_a_zip_that_is_cut_is_refused(tmp_path: Path, cut: int):
    content = zipped(a__csv=TEXT)[:-cut]
    (tmp_path / "z.zip").write_bytes(content)
    assert is_container(tmp_path / "z.zip")
    assert "zip" in refused(tmp_path, content)


def test_bytes_after_the_end_of_a_zip_refuse_it(tmp_path: Path):
    assert "3 bytes after its end" in refused(tmp_path, zipped(a__csv=TEXT) + b"xyz")


@pytest.mark.parametrize("content", [zipped(), zipped(README="x")])
def test_an_archive_without_a_data_file_is_refused(tmp_path: Path, content: bytes):
    assert "no data file in it" in refused(tmp_path, content)


def test_an_archive_within_an_archive_is_told_and_not_opened(tmp_path: Path):
    tar = b"a.csv".ljust(257, b"\0") + b"ustar\0" + b"\0" * 249
    content = zipped(in__zip=zipped(a__csv=TEXT), in__gz=gzip.compress(b"x"), in__tar=tar, a__csv=TEXT)
    nested = f"[{NESTED}]"
    expected = {"a.csv": TEXT, "in.gz": nested, "in.tar": nested, "in.zip": nested}
    assert opened(tmp_path, content) == expected


@pytest.mark.parametrize("mark", ["[Content_Types]__xml", "xl/workbook__xml", "mimetype"])
def test_a_workbook_or_another_document_is_no_archive_of_files(tmp_path: Path, mark: str):
    path = tmp_path / "a.xlsx"
    path.write_bytes(zipped(**{mark: "<x/>", "sheet__xml": "<x/>"}))
    assert not is_container(path)


def test_a_workbook_that_unfolds_without_end_is_told_as_an_archive_that_does(tmp_path: Path):
    content = zipped(**{"xl/workbook__xml": "<x/>", "xl/sheet__xml": " " * 20_000_000})
    assert "at most 100 times" in refused(tmp_path, content)
    assert is_container(tmp_path / "archive")


def test_a_large_member_is_written_without_filling_the_memory(tmp_path: Path):
    chance = random.Random(1)
    text = b"".join(b"%d,%d\n" % (number, chance.randrange(10**9)) for number in range(1_500_000))
    archives = {"a.csv.gz": gzip.compress(text, 1), "a.zip": zipped(a__csv=text)}
    for name, content in archives.items():
        path, folder = tmp_path / name, tmp_path / f"{name}.work"
        path.write_bytes(content)
        folder.mkdir()
        tracemalloc.start()
        (member,) = open_container(path, folder)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (member.byte_count, peak < 12_000_000) == (len(text), True), f"{peak:,} bytes"


@pytest.mark.parametrize("content", [b"", b"P", b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0"])
def test_a_plain_file_is_no_archive(tmp_path: Path, content: bytes):
    path = tmp_path / "a"
    path.write_bytes(content)
    assert not is_container(path)


@pytest.mark.real_data
def test_the_publishers_archives_and_workbooks_are_told_apart_and_opened(shared_data: Path, tmp_path: Path):
    workbooks = sorted(shared_data.glob("**/*.xlsx"))
    assert len(workbooks) > 5
    for path in workbooks:
        assert not is_container(path)
    path = shared_data / "geo" / "dist_cepii.zip"
    assert is_container(path)
    (member,) = open_container(path, tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert (member.name, member.byte_count) == ("dist_cepii.xls", archive.infolist()[0].file_size)
        assert member.sha256 == hashlib.sha256(archive.read("dist_cepii.xls")).hexdigest()
