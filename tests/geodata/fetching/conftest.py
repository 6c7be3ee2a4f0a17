"""A publisher, a card that points to it, and a fetcher that does not wait long."""

import json
from dataclasses import replace

import pytest
from denmark import Denmark
from publisher import Publisher, serve

from geodata.catalogue import Endpoint, read_card
from geodata.fetching import Bounds, Fetcher, Keys

QUICK = Bounds(tries=3, pause_seconds=0.001, longest_pause_seconds=2.0, connect_seconds=5, silent_seconds=5, seconds=20)
ENDPOINT = Endpoint(url="", settings={}, unverified=(), megabytes=1, largest_megabytes=1)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Whatever proxy this machine has is none of these tests' business."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def publisher():
    server = Publisher()
    serve(server)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def card():
    """A source that is one JSON file of at most 1 MB, with a key."""
    return replace(
        read_card("dst_frkm126"), id="toy", file="toy/data.json", format="json", key="TOY", endpoint=ENDPOINT
    )


@pytest.fixture
def fetcher(tmp_path):
    with Fetcher(tmp_path / "raw", Keys({"LAEGEVALG_KEY_TOY": "s3cret/key"}), QUICK) as open_fetcher:
        yield open_fetcher


@pytest.fixture
def denmark(publisher, tmp_path):
    return Denmark(publisher).opens(tmp_path)


@pytest.fixture
def laegevalg(denmark, command, tmp_path):
    """Runs the command against the publishers as they are set by then; gives exit code, output and error output."""

    def run(*words, **environment):
        given = {"LAEGEVALG_STORE": tmp_path / "store", "LAEGEVALG_SOURCES": json.dumps(denmark.settings)}
        return command(*words, **{**given, **environment})

    return run
