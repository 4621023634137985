"""How a study file is read: strict YAML in, a frozen model out, errors that say where in the file."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

ModelT = TypeVar("ModelT", bound="Frozen")


class Frozen(BaseModel):
    """Base of everything a study file holds: cannot be changed once read, refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class StudyError(ValueError):
    """A study file that cannot be used; the message names file, line, column, what was seen and expected."""


def read_yaml(path: Path) -> tuple[Any, yaml.Node]:
    """Read one YAML document and keep its nodes, so that later errors can point into the text.

    Parameters
    ----------
    path : Path
        The file, UTF-8.

    Returns
    -------
    content : Any
        Plain dictionaries, lists and scalars.
    node : yaml.Node
        The same document with line and column of every part.

    Raises
    ------
    StudyError
        When the file cannot be read, is not YAML, is empty, or gives one key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(
            f"{path}: seen no readable text ({error}), expected a study file in UTF-8"
        ) from error
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise StudyError(f"{path}:1:1: seen an empty file, expected a study")
        _refuse_repeated_keys(path, node)
        return loader.construct_document(node), node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise StudyError(f"{place}: seen {error.problem}, expected valid YAML") from error
    finally:
        loader.dispose()


def validated(model: type[ModelT], content: Any, path: Path, node: yaml.Node) -> ModelT:
    """Turn read content into a frozen model.

    Parameters
    ----------
    model : type of Frozen
        What the content must be.
    content, node
        As returned by :func:`read_yaml`.
    path : Path
        Named in errors.

    Raises
    ------
    StudyError
        One line per fault: ``file:line:column: key: seen …, expected …``.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = [_describe(path, node, fault) for fault in error.errors()]
        raise StudyError("\n".join(lines)) from None


def _describe(path: Path, node: yaml.Node, fault: Any) -> str:
    location = tuple(fault["loc"])
    line, column = _position(node, location)
    key = ".".join(str(part) for part in location) or "the file"
    if fault["type"] == "extra_forbidden":
        said = f"seen unknown key {str(location[-1])!r}, expected only keys that the study format knows"
    elif fault["type"] == "missing":
        said = "seen nothing, expected this key"
    elif fault["type"] == "value_error":
        said = fault["msg"].removeprefix("Value error, ")
    else:
        said = f"seen {fault['input']!r}, expected otherwise: {fault['msg'][:1].lower()}{fault['msg'][1:]}"
    return f"{path}:{line}:{column}: {key}: {said}"


def _position(node: yaml.Node, location: Sequence[Hashable]) -> tuple[int, int]:
    """Line and column (1-based) of the deepest part of `location` that is written in the file."""
    mark = node.start_mark
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                break
            mark, node = found[0][0].start_mark, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            mark = node.start_mark
        else:
            break
    return mark.line + 1, mark.column + 1


def _refuse_repeated_keys(path: Path, root: yaml.Node) -> None:
    """YAML would let the last of two equal keys win without a word."""
    pending, seen_nodes = [root], set()
    while pending:
        node = pending.pop()
        if id(node) in seen_nodes:
            continue
        seen_nodes.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if key.value in keys:
                    mark = key.start_mark
                    raise StudyError(
                        f"{path}:{mark.line + 1}:{mark.column + 1}: seen key {key.value!r} a second time, "
                        "expected every key once"
                    )
                keys.add(key.value)
                pending.append(value)
        elif isinstance(node, yaml.SequenceNode):
            pending.extend(node.value)
