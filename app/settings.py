"""Where and how the service runs; every value can be set by an environment variable LAEGEVALG_<NAME>."""

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PLACES = re.compile(r"\{[xy]\}")


SQLITE = b"SQLite format 3\0"
"""Beginning of every SQLite database."""


class Settings(BaseSettings):
    """What depends on the machine, not on law, data or the question asked.

    Parameters
    ----------
    store : folder that `laegevalg build` writes and the service reads
    raw : folder that `laegevalg fetch` writes, one below it for each region; `raw` beside the store unless given
    keys : file of keys that publishers ask for, mode 600; LAEGEVALG_KEY_<NAME> goes before it
    address_service : whether addresses of a list that are not known here are asked of the national address service
    sources : settings of source cards put right, as JSON: {"gisco_lau": {"year": "2025"}}
    fetch_tries, fetch_seconds : attempts without a gain, and the longest time, before a file is given up
    region : id of the region card that is served
    engine : who finds the ways of a build: `sweep` in threads, `processes`, or a Dask scheduler's tcp://host:port
    host, port : where the service listens; the loopback address unless told otherwise
    max_request_bytes : a larger request body is refused
    max_upload_bytes : a larger list of practices or premises is refused
    max_package_bytes : a larger GeoPackage is refused; one that was exported holds the whole region beside the list
    request_seconds : a request that takes longer is given up
    cache : where prepared street networks are kept between runs; in the user's cache folder unless told otherwise
    max_cache_bytes : so much is kept there; without, as much as the engine says. It reads both from the environment
    tiles_from_cells : a region with at least so many inhabited cells has its tiles encoded by `laegevalg build`
    jobs_url : database of the jobs as SQLAlchemy writes it; jobs.sqlite beside the store unless told otherwise
    workers : threads that compute jobs beside the service; 0 where others do (`laegevalg work`)
    most_waiting_jobs : a further job is refused
    background_url : tiles of a background map with {z}, {x} and {y}; no page asks elsewhere without
    background_credit : whose background it is; shown on every map
    log_level : least level that is logged
    cors_origins : origins whose scripts may call the API; none unless told otherwise
    """

    model_config = SettingsConfigDict(env_prefix="LAEGEVALG_", frozen=True, extra="ignore")

    store: Path = Path("store")
    raw: Path | None = None
    keys: Path | None = None
    address_service: bool = False
    sources: dict[str, dict[str, str]] = Field(default_factory=dict)
    fetch_tries: int = Field(default=5, ge=1)
    fetch_seconds: float = Field(default=7200.0, gt=0)
    region: str = Field(default="sample", pattern=r"^[a-z0-9_-]+$")
    engine: str = "sweep"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    max_request_bytes: int = Field(default=1_000_000, ge=1)
    max_upload_bytes: int = Field(default=20_000_000, ge=1)
    max_package_bytes: int = Field(default=100_000_000, ge=1)
    request_seconds: float = Field(default=60.0, gt=0)
    cache: Path | None = None
    max_cache_bytes: int | None = Field(default=None, ge=0)
    tiles_from_cells: int = Field(default=150_000, ge=1)
    jobs_url: str = ""
    workers: int = Field(default=1, ge=0, le=16)
    most_waiting_jobs: int = Field(default=20, ge=1)
    background_url: str = Field(default="", pattern=r"^$|^https?://[^\s;,'\"]*\{z\}[^\s;,'\"]*$")
    background_credit: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    cors_origins: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _credited(self) -> Self:
        if self.background_url and not (
            self.background_credit and {"{x}", "{y}"} <= set(PLACES.findall(self.background_url))
        ):
            raise ValueError("background_url needs {x} and {y}, and background_credit must say whose tiles they are")
        return self

    def upload_limit(self, path: Path) -> int:
        """Bytes that a file handed over may have: a GeoPackage (an SQLite database) more than a list.

        Raises
        ------
        OSError : the file cannot be opened
        """
        with path.open("rb") as file:
            package = file.read(len(SQLITE)) == SQLITE
        return max(self.max_package_bytes, self.max_upload_bytes) if package else self.max_upload_bytes

    def raw_folder(self, region: str) -> Path:
        """Where the fetched files of a region lie."""
        return (self.raw or self.store.parent / "raw") / region

    @property
    def background_origin(self) -> str:
        """Where a background's tiles come from, as a page's policy names it; empty without one."""
        parts = urlsplit(self.background_url.replace("{s}", "*"))
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    @property
    def jobs_database(self) -> str:
        """Address of the jobs' database."""
        return self.jobs_url or f"sqlite:///{self.store / 'jobs.sqlite'}"
