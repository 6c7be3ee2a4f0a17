"""The tables of the jobs' database; `migrations` builds them step by step, and a test compares."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

METADATA = MetaData()

JOBS = Table(
    "jobs",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("study", String(64), nullable=False),
    Column("question", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("asked", Float, nullable=False),
    Column("began", Float),
    Column("ended", Float),
    Column("heartbeat", Float),
    Column("owner", String(120)),
    Column("tries", Integer, nullable=False),
    Column("stop", Boolean, nullable=False),
    Column("result", Text),
    Column("error", Text),
    Column("line", String(200), nullable=False, server_default=""),
    Column("code", String(64), nullable=False, server_default=""),
    Index("jobs_status_asked", "status", "asked"),
)
"""One row for each question to a study, by the code that was asked; times are seconds since 1970."""

EVENTS = Table(
    "events",
    METADATA,
    Column("job", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("at", Float, nullable=False),
    Column("found", Float),
    Column("ceiling", Float),
)
"""What happened to a job, numbered from 1: its states, and value and bound as they close in."""

SCENARIOS = Table(
    "scenarios",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("study", String(64), nullable=False),
    Column("name", String(80), nullable=False),
    Column("document", Text, nullable=False),
    Column("saved", Float, nullable=False),
    Index("scenarios_study_saved", "study", "saved"),
)
"""Scenarios that somebody saved, by the hash of their content; when, in seconds since 1970."""
