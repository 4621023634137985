"""A file's bytes as pieces of UTF-8 text, without byte order mark, whatever it is written in."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from flows.reading.content import Content

PIECE_BYTES = 1 << 23


class Undecodable(Exception):
    """A byte that the encoding does not have.

    Attributes
    ----------
    before : bytes
        What stands between the last whole piece and the byte, in UTF-8.
    after : bytes
        The byte and what follows it in the file, as it stands there.
    """

    def __init__(self, before: bytes, after: bytes) -> None:
        super().__init__()
        self.before = before
        self.after = after


def pieces(path: Path, encoding: str) -> Iterator[bytes]:
    """Yield the text in UTF-8, some megabytes at a time.

    Raises
    ------
    Undecodable
        At the first byte that the encoding does not have.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    has_ascii = _has_ascii(encoding)
    is_first = True
    with path.open("rb") as stream:
        while True:
            piece = stream.read(PIECE_BYTES)
            if piece and has_ascii and not decoder.getstate()[0] and piece.isascii():
                text = piece
            else:
                text = _decoded(decoder, encoding, piece)
            if is_first:
                text, is_first = text.removeprefix(codecs.BOM_UTF8), False
            if text:
                yield text
            if not piece:
                return


def _decoded(decoder: codecs.IncrementalDecoder, encoding: str, piece: bytes) -> bytes:
    try:
        return decoder.decode(piece, final=not piece).encode()
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(encoding).encode()
        raise Undecodable(before, bytes(error.object[error.start :])) from None


def _has_ascii(encoding: str) -> bool:
    ascii_codes = bytes(range(128))
    try:
        return ascii_codes.decode(encoding).encode() == ascii_codes
    except UnicodeDecodeError:
        return False


def fitting_encoding(content: Content, encodings: tuple[str, ...]) -> str:
    """Return the first encoding in which the whole content can be read; where none can, the first of all."""
    if len(encodings) == 1:
        return encodings[0]
    return content.once(("encoding", encodings), lambda: _fitting(content.path, encodings))


def _fitting(path: Path, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            for _ in pieces(path, encoding):
                pass
        except Undecodable:
            continue
        return encoding
    return encodings[0]
