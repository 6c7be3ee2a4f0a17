"""A PostgreSQL server of the tests' own, on a socket in a folder of its own; gone when they end."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine

PROGRAMS = "/usr/lib/postgresql"
ACCOUNT = "postgres"
"""The server refuses to run as root; then it runs as this account, which its package makes."""


def program(name):
    """Path of one of the server's programs, from PATH or where Debian keeps them; None where there is none."""
    found = shutil.which(name)
    kept = sorted(Path(PROGRAMS).glob(f"*/bin/{name}"))
    return found or (str(kept[-1]) if kept else None)


def run(*command):
    """Run a program, not as root."""
    account = {"user": ACCOUNT, "group": ACCOUNT} if os.geteuid() == 0 else {}
    subprocess.run(command, check=True, capture_output=True, text=True, cwd="/", **account)


@pytest.fixture(scope="session")
def postgresql_server(skip):
    """Folder of the socket of a server that listens to nothing else."""
    initdb, control = program("initdb"), program("pg_ctl")
    if initdb is None or control is None:
        skip("no PostgreSQL: initdb and pg_ctl are wanted (package postgresql)")
    with tempfile.TemporaryDirectory(prefix="laegevalg-pg-", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT, ACCOUNT)
        data, log = f"{folder}/data", f"{folder}/log"
        run(initdb, "-D", data, "-U", ACCOUNT, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=16MB"
        run(control, "-D", data, "-l", log, "-w", "-o", options, "start")
        yield folder
        run(control, "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="session")
def postgresql(postgresql_server):
    """Makes an empty database by name and answers its address."""

    def address(name):
        return f"postgresql+psycopg://{ACCOUNT}@/{name}?host={postgresql_server}"

    def made(name):
        engine = create_engine(address(ACCOUNT), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        engine.dispose()
        return address(name)

    return made
