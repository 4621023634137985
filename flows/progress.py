"""What a person sees while a run works: a moving line on a terminal, plain lines otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Say = Callable[[str], None]


class Progress:
    """Says what happens, on standard error, so that standard output stays for results."""

    def __init__(self, *, is_quiet: bool = False) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._is_quiet = is_quiet

    @property
    def is_terminal(self) -> bool:
        """A person is watching a line that can move."""
        return self._console.is_terminal

    @contextmanager
    def stage(self, title: str) -> Iterator[Say]:
        """Show that a stage is at work, and when it is done, how long it took.

        Yields
        ------
        callable
            Takes a line that tells how far the stage is.
        """
        started = time.monotonic()
        if self._is_quiet:
            yield lambda _: None
            return
        if self._console.is_terminal:
            with self._console.status(title) as status:
                yield lambda text: status.update(f"{title}: {text}")
            self._console.print(f"{title}  {time.monotonic() - started:.1f} s", markup=False)
        else:
            self._console.print(f"{title} …", markup=False)
            yield lambda text: self._console.print(f"  {text}", markup=False, soft_wrap=True)
            self._console.print(f"{title}  {time.monotonic() - started:.1f} s", markup=False)
