"""JSON text, read strictly: numbers keep their printed digits, and no key may stand twice in one object."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from json.decoder import scanstring
from typing import Any, NoReturn

from flows.reading.result import Fault, Unreadable, shown

_BLANK = re.compile(r"[ \t\n\r]*")


class Absent(LookupError):
    """A path that leads nowhere."""


def text_of(content: bytes) -> str:
    """Return the text of a JSON file.

    Raises
    ------
    Unreadable
        When it is not UTF-8.
    """
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        seen = f"byte 0x{content[error.start]:02X}"
        raise Unreadable(Fault(line, None, seen, "JSON in utf-8", "encoding")) from None


def documents(text: str) -> list[Any]:
    """Return the values that stand in a text one after another: objects, arrays, texts, True, False, None.

    A number is the text that is printed, also one that JSON does not have, such as NaN.

    Raises
    ------
    Unreadable
        When the text is not JSON, or an object has a key twice; the fault names the line.
    """
    found: list[Any] = []
    position = _after_blanks(text, 0)
    while position < len(text):
        try:
            value, position = _DECODER.raw_decode(text, position)
        except JSONDecodeError as error:
            _refuse(text, error.pos, f"JSON: {error.msg}", "json")
        except RecursionError:
            _refuse(text, position, "JSON of fewer levels", "json")
        except _KeyTwice as twice:
            raise Unreadable(Fault(None, str(twice), "the key twice in one object", "once", "json")) from None
        found.append(value)
        position = _after_blanks(text, position)
    return found


def at(value: Any, path: str) -> Any:
    """Return what stands at a path of keys and places joined by points.

    Raises
    ------
    Absent
        When nothing does.
    """
    for step in path.split("."):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise Absent(path)
    return value


def first_of(head: str, path: str) -> Any:
    """Return the first element of the array at a path, from the beginning of a text.

    The text may be cut anywhere after that element. An answer within an array of answers is found too.

    Raises
    ------
    Absent
        When the path leads to no array with an element, or the text ends before it is known.
    """
    start = _after_blanks(head, 0)
    try:
        try:
            # In an array of answers first: its second answer could be taken for the second element of one.
            return _first_element(head, _found(head, _first_position(head, start), path.split(".")))
        except Absent:
            return _first_element(head, _found(head, start, path.split(".")))
    except (JSONDecodeError, RecursionError, IndexError, _KeyTwice):
        raise Absent(path) from None


class _KeyTwice(ValueError):
    """An object that has a key twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _KeyTwice(next(name for name in names if names.count(name) > 1))
    return found


_DECODER = JSONDecoder(object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str)


def _refuse(text: str, position: int, expected: str, rule: str) -> NoReturn:
    line = text.count("\n", 0, position) + 1
    seen = text[max(0, position - 40) : position + 40] if position < len(text) else "the end of the file"
    raise Unreadable(Fault(line, None, shown(seen), expected, rule)) from None


def _after_blanks(text: str, position: int) -> int:
    return _BLANK.match(text, position).end()


def _first_position(text: str, start: int) -> int:
    """Return where the first element of the array that begins at ``start`` begins."""
    if text[start] != "[":
        raise Absent
    return _after_blanks(text, start + 1)


def _first_element(text: str, start: int) -> Any:
    position = _first_position(text, start)
    if text[position] == "]":
        raise Absent
    return _DECODER.raw_decode(text, position)[0]


def _found(text: str, position: int, steps: list[str]) -> int:
    """Return where the value at a path begins, decoding no more than what stands before it."""
    for step in steps:
        for name, start in _members(text, position):
            if name == step:
                position = start
                break
        else:
            raise Absent
    return position


def _members(text: str, position: int) -> Iterator[tuple[str, int]]:
    """Yield key, or place, and beginning of each member of the object or array at a position."""
    is_object = text[position] == "{"
    if not is_object and text[position] != "[":
        return
    position = _after_blanks(text, position + 1)
    place = 0
    while text[position] not in "}]":
        if is_object:
            if text[position] != '"':
                raise Absent
            name, position = scanstring(text, position + 1)
            position = _after_blanks(text, position)
            if text[position] != ":":
                raise Absent
            position = _after_blanks(text, position + 1)
        else:
            name = str(place)
        yield name, position
        position = _after_blanks(text, _DECODER.raw_decode(text, position)[1])
        if text[position] == ",":
            position = _after_blanks(text, position + 1)
        elif text[position] not in "}]":
            raise Absent
        place += 1


def scalar(value: Any) -> str | None:
    """Return a cell's text: a number as printed, true or false, blank for null; None for what is no cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else None


def printed(value: Any) -> str:
    """Return a value as JSON, for a message."""
    return shown(json.dumps(value, ensure_ascii=False))
