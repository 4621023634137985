"""What is kept: archive and quarantine, and what they remember of the contents that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.landing.arrivals import Arrival, utc
from flows.landing.containers import Member
from flows.landing.files import LandedFile
from flows.landing.holdings import Holdings
from flows.settings import Settings
from flows.storage import archive, quarantine


class Keeping:
    """Archive, quarantine and landing folder together.

    Attributes
    ----------
    archived : set
        Files of the archive.
    holdings : Holdings
        Every content with all names under which it came.
    """

    def __init__(
        self,
        settings: Settings,
        files: Sequence[LandedFile],
        now: datetime,
        members: Mapping[str, Sequence[Member]],
    ) -> None:
        self._settings = settings
        self._kept: dict[str, archive.Kept] = {}
        self.archived = set(archive.kept_ids(settings))
        self.holdings = Holdings(files, now, self._kept_arrivals)
        for container_id, held in members.items():
            if container_id in self.archived or self.holdings.is_landed(container_id):
                self.holdings.opened(container_id, held)

    def kept(self, file_id: str) -> archive.Kept:
        """Return an entry of the archive, looked up once as long as nothing is altered.

        Raises
        ------
        ArchiveDamaged
            When what is known about its arrival cannot be read.
        """
        if file_id not in self._kept:
            self._kept[file_id] = archive.kept(self._settings, file_id)
        return self._kept[file_id]

    def altered(self, file_id: str) -> None:
        """Look up anew what archive and quarantine know of a content and of what it holds."""
        self._kept.pop(file_id, None)
        self.holdings.altered()

    def keep(self, file_id: str, path: Path | None) -> None:
        """Keep a content in the archive with the names that no archive in it tells.

        Parameters
        ----------
        path : Path or None
            A copy of it, which is moved should the archive lack it; None when it has it.
        """
        own = [
            arrival
            for arrival in self.holdings.arrivals(file_id)
            if not arrival.problem and arrival.container_id not in self.archived
        ]
        try:
            if file_id in self.archived:
                archive.add_arrivals(self.kept(file_id), own)
            elif own and path is not None:
                archive.keep(self._settings, file_id, path, own)
                self.archived.add(file_id)
        except archive.ArchiveDamaged:
            # The same content came in an archive, say: what is damaged becomes sound again.
            if path is not None and own:
                archive.heal(self._settings, file_id, path, own)
        self._kept.pop(file_id, None)

    def refused(self, file_id: str, path: Path, reason: dict[str, Any], arrivals: Sequence[Arrival]) -> None:
        """Put a refused content into the quarantine; what the archive has of it learns its names.

        Parameters
        ----------
        path : Path
            The archive's, or a copy that nobody alters, which is moved.
        """
        if file_id in self.archived:
            self.keep(file_id, None)
        quarantine.put_aside(self._settings, file_id, reason, arrivals, source=path)
        self.altered(file_id)

    def loaded(self, file_id: str) -> None:
        """Take a content out of the quarantine."""
        quarantine.release(self._settings, file_id)
        self.altered(file_id)

    def noted(self, file_id: str, arrivals: Sequence[Arrival]) -> None:
        """Remember further names of a refused content."""
        if quarantine.known(self._settings, file_id):
            quarantine.note(self._settings, file_id, arrivals)
        self.altered(file_id)

    def is_archived(self, file_id: str) -> bool:
        """Tell whether the archive has a content, by itself or in an archive of files."""
        return file_id in self.archived or not self.archived.isdisjoint(self.holdings.containers(file_id))

    def first_seen(self, file_id: str) -> datetime:
        """Return when a content first arrived, under whatever name and whatever became of it then."""
        told = [arrival.first_seen for arrival in self.holdings.arrivals(file_id)]
        with suppress(KeyError, TypeError, ValueError):
            told.append(utc((quarantine.known(self._settings, file_id) or {})["first_seen"]))
        return min(told)

    def _kept_arrivals(self, file_id: str) -> list[Arrival]:
        known = quarantine.arrivals_of(self._settings, file_id)
        if file_id not in self.archived:
            return known
        try:
            return [*known, *self.kept(file_id).arrivals]
        except archive.ArchiveDamaged:
            return known  # told, or healed, where the entry itself is looked at
