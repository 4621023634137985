"""Typed, frozen settings: the environment first, then ``serai.toml``, then defaults."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PROJECT = Path(__file__).resolve().parent.parent
"""The folder of flows, analysis, expectations, dbt_project and sample: a checkout or site-packages."""

TOML = Path("serai.toml")
"""Where settings may be stated, in the folder from which a command is started."""


class SettingsError(ValueError):
    """Settings under which nothing can run; the message says which, and why."""


class TomlSettings(BaseSettings):
    """Settings that ``serai.toml`` may state.

    Attributes
    ----------
    toml_table : str or None
        The table of the file in which they stand; None for its top.
    """

    toml_table: ClassVar[str | None] = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line over environment over ``serai.toml`` over defaults."""
        stated = TomlConfigSettingsSource(settings_cls, TOML).toml_data
        if cls.toml_table is not None:
            stated = stated.get(cls.toml_table, {})
        return init_settings, env_settings, InitSettingsSource(settings_cls, stated)


class Settings(TomlSettings):
    """Where the state lives and how a refresh runs.

    Attributes
    ----------
    home : Path
        State directory (``SERAI_HOME``), default ``./warehouse``.
    landing : Path or None
        Folder of arriving files (``SERAI_LANDING``); default ``<home>/landing``.
    studies : Path or None
        Folder of study files (``SERAI_STUDIES``); default those that come with the package.
    as_of : date or None
        Rebuild what was known on that day; such a release never becomes the current one.
    keep_releases : int
        How many finished releases are kept besides the current one.
    redistributable : bool
        Publish a release that may be passed on: figures whose terms do not allow that are left out.
    csv_row_limit : int
        A published table with more rows comes as Parquet and in the database, without a CSV file.
    """

    model_config = SettingsConfigDict(env_prefix="SERAI_", frozen=True, extra="ignore")

    home: Path = Path("warehouse")
    landing: Path | None = None
    studies: Path | None = None
    as_of: date | None = None
    keep_releases: int = Field(default=5, ge=1)
    redistributable: bool = False
    csv_row_limit: int = Field(default=5_000_000, ge=0)

    @classmethod
    def load(cls, **overrides: Any) -> Settings:
        """Return the settings, with the command line's values (those not None) on top.

        Raises
        ------
        SettingsError
            When a value is none, or the landing folder lies where the state is kept.
        """
        try:
            return cls(**{name: value for name, value in overrides.items() if value is not None})
        except ValidationError as error:
            told = (_described(found) for found in error.errors())
            raise SettingsError("; ".join(told)) from None

    @field_validator("home", "landing", "studies", mode="before")
    @classmethod
    def _is_named(cls, told: Any) -> Any:
        if isinstance(told, str) and not told.strip():
            raise ValueError("seen an empty name, expected a folder ('.' for the one you are in)")
        return told

    @model_validator(mode="after")
    def _land_apart_from_the_state(self) -> Self:
        if self.landing_folder == self.state:
            raise ValueError(
                f"the landing folder is the state directory {self.state}:"
                " put files into a folder of their own, such as its subfolder 'landing'"
            )
        for own in self._own_folders:
            if self.landing_folder.is_relative_to(own):
                raise ValueError(
                    f"the landing folder {self.landing_folder} lies in {own},"
                    " which this program keeps and alters: name another folder"
                )
        return self

    @model_validator(mode="after")
    def _studies_are_there(self) -> Self:
        folder = self.studies_folder
        if folder is not None and not any(folder.glob("*.yml")):
            raise ValueError(f"studies: seen no *.yml file in {folder}, expected a folder of study files")
        return self

    @property
    def studies_folder(self) -> Path | None:
        """Where the study files lie, absolute; none for those that come with the package."""
        return None if self.studies is None else self.studies.expanduser().resolve()

    @property
    def _own_folders(self) -> tuple[Path, ...]:
        kept = (self.archive, self.quarantine, self.work, self.builds)
        return (*kept, self.releases, self.current, self.runs, self.logs)

    @property
    def state(self) -> Path:
        """The state directory as an absolute path."""
        return self.home.expanduser().resolve()

    @property
    def landing_folder(self) -> Path:
        """The folder of arriving files as an absolute path."""
        return self.landing.expanduser().resolve() if self.landing else self.state / "landing"

    @property
    def archive(self) -> Path:
        """Every file that ever arrived, once, under its sha256: the only thing that cannot be rebuilt."""
        return self.state / "archive"

    @property
    def quarantine(self) -> Path:
        """Refused files, each with its reason."""
        return self.state / "quarantine"

    @property
    def work(self) -> Path:
        """What is being looked at: copies and opened archives of files, gone when the run ends."""
        return self.state / "work"

    @property
    def builds(self) -> Path:
        """The writer's databases, ``build/<n>/``: disposable."""
        return self.state / "build"

    @property
    def releases(self) -> Path:
        """Finished, immutable releases."""
        return self.state / "releases"

    @property
    def current(self) -> Path:
        """The pointer to the current release: a relative symbolic link, swapped by one rename."""
        return self.state / "current"

    @property
    def runs(self) -> Path:
        """One record per run, failed runs included."""
        return self.state / "runs"

    @property
    def logs(self) -> Path:
        """What dbt and the scheduler wrote."""
        return self.state / "logs"


def _described(found: Any) -> str:
    key = ".".join(str(part) for part in found["loc"])
    message = str(found["msg"]).removeprefix("Value error, ")
    return f"{key}: {message}" if key else message
