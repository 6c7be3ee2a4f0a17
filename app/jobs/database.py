"""The database of the jobs: SQLite beside the store unless another is set; brought up to date when opened."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event

BUSY_SECONDS = 10.0
"""How long a writer waits for another."""


def open_database(url: str) -> Engine:
    """Open a database and bring its tables up to date.

    Parameters
    ----------
    url : as SQLAlchemy writes it: sqlite:///folder/jobs.sqlite, postgresql+psycopg://...
    """
    engine = create_engine(url, **_options(url))
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(files("app.jobs") / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return engine


def _options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True}


def _prepare(connection: Any, _record: Any) -> None:
    """Write ahead, so that readers never wait for a writer and a crash loses nothing that was committed."""
    for line in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {line}").close()
