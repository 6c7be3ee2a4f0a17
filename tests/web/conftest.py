"""What the tests of the service may ask for: the small region behind HTTP, a live service and a browser."""

import os
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient
from shown_town import town_study
from web.watching import Watched

from app.main import create_app
from app.settings import Settings

CHROMIUM = Path(os.environ.get("LAEGEVALG_CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def study():
    """The small region's study."""
    return town_study()


@pytest.fixture(scope="session")
def service(study):
    """The service over the small region, without a network."""
    app = create_app(Settings(max_request_bytes=10_000), study)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def live(study):
    """Address of the small region's service on a free port of the loopback address."""
    with running(create_app(Settings(), study)) as address:
        yield address


@pytest.fixture(scope="session")
def region(sample_study):
    """Address of the example region's service, without workers."""
    with running(create_app(Settings(workers=0), sample_study)) as address:
        yield address


@contextmanager
def running(app):
    """Serve an application on a free port until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{port}"
    wait_for(address)
    yield address
    server.should_exit = True
    thread.join(timeout=10)


def wait_for(address, seconds=60.0):
    """Wait until a service answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            httpx.get(f"{address}/health", timeout=1.0)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"{address} did not answer within {seconds} s")


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, or a skip that is seen."""
    if not CHROMIUM.exists():
        reason = f"no Chromium at {CHROMIUM}; set LAEGEVALG_CHROMIUM"
        if os.environ.get("LAEGEVALG_NO_SKIP") == "1":
            pytest.fail(f"skipping is forbidden here, and this would skip: {reason}")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def watched(browser):
    """Opens pages that tell what went wrong on them; they are closed at the end."""
    pages = []

    def make(*args, **options):
        pages.append(Watched(browser, *args, **options))
        return pages[-1]

    yield make
    for one in pages:
        one.context.close()


@pytest.fixture
def quiet(watched):
    """Opens pages on which nothing may go wrong."""
    pages = []

    def make(*args, **options):
        pages.append(watched(*args, **options))
        return pages[-1]

    yield make
    assert [] == [trouble for one in pages for trouble in one.troubles]
