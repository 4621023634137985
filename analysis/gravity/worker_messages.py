"""Messages between a session and its worker process: pickled, with arrays as raw bytes beside them."""

from __future__ import annotations

import pickle
import struct
from typing import Any, BinaryIO

COUNT = struct.Struct("<Q")


def send(stream: BinaryIO, message: Any) -> None:
    """Write one message; arrays are written from where they lie in memory, without a copy."""
    buffers: list[pickle.PickleBuffer] = []
    body = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    parts = [memoryview(body), *(buffer.raw() for buffer in buffers)]
    stream.write(COUNT.pack(len(parts)) + b"".join(COUNT.pack(part.nbytes) for part in parts))
    for part in parts:
        stream.write(part)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read one message.

    Raises
    ------
    EOFError
        The other side is gone.
    """
    (n_parts,) = COUNT.unpack(_exactly(stream, COUNT.size))
    sizes = [COUNT.unpack(_exactly(stream, COUNT.size))[0] for _ in range(n_parts)]
    body, *buffers = [_exactly(stream, size) for size in sizes]
    return pickle.loads(body, buffers=buffers)


def _exactly(stream: BinaryIO, size: int) -> bytearray:
    part = bytearray(size)
    view, position = memoryview(part), 0
    while position < size:
        count = stream.readinto(view[position:])
        if not count:
            raise EOFError(f"the message ended after {position} of {size} bytes")
        position += count
    return part
