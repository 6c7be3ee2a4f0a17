"""The service keeps within its bounds: size, time, origins, and its own folder."""

import asyncio
import http.client
import threading
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.web.limits import Limits

TRAVERSALS = (
    "/static/../../../pyproject.toml",
    "/static/..%2f..%2f..%2fpyproject.toml",
    "/static/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
    "/static//etc/passwd",
    "/static/....//....//pyproject.toml",
    "/exports/../../pyproject.toml",
    "/exports/..%2f..%2fpyproject.toml",
    "/exports/town.csv%00.gpkg",
    "/exports/%2Fetc%2Fpasswd",
    "/exports/town.csv?collection=../../../etc/passwd",
    "/exports/town.csv?by=../../x",
    "/maps/choice/..%2f..%2f/mainland/overview.png",
    "/maps/choice/choice/mainland/..%2f..%2fpyproject.png",
    "/maps/choice?area=../../../etc/passwd",
    "/docs/../pyproject.toml",
)


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_reaches_outside(live, path):
    """Sent as written, without a client's tidying: refused, and no word of any file in the answer."""
    host = urlsplit(live)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=20)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
    assert answer.status in (400, 404), body[:200]
    assert "[build-system]" not in body
    assert "root:" not in body


def test_a_large_body_is_refused(service):
    """More bytes than allowed: 413, as a problem, before anything is done."""
    answer = service.post("/api/areas", content=b"x" * 10_001)
    assert 413 == answer.status_code
    assert answer.headers["content-type"].startswith("application/problem+json")


def reading_app(largest=100, seconds=5.0, wait=0.0):
    app = FastAPI()

    @app.post("/")
    async def read(request: Request):
        await asyncio.sleep(wait)
        return {"bytes": len(await request.body())}

    app.add_middleware(Limits, largest=largest, seconds=seconds)
    return app


def test_a_body_without_a_length_is_counted():
    """Sent in pieces, with no length declared: refused as soon as it is too large."""

    def pieces():
        for _ in range(50):
            yield b"x" * 10

    with TestClient(reading_app()) as client:
        assert 413 == client.post("/", content=pieces()).status_code
        assert {"bytes": 100} == client.post("/", content=b"x" * 100).json()


def test_a_slow_answer_is_given_up():
    """503, as a problem, when the time is up."""
    with TestClient(reading_app(seconds=0.05, wait=2.0)) as client:
        answer = client.post("/", content=b"x")
    assert 503 == answer.status_code
    assert "within 0.05 seconds" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/", "/api/areas", "/maps/choice", "/nothing", "/static/css/laegevalg.css", "/docs"])
def test_security_headers(service, path):
    """On every answer, errors and files too; no script or style but our own."""
    headers = service.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "nosniff" == headers["x-content-type-options"]
    assert "no-referrer" == headers["referrer-policy"]


def test_cors_is_closed(service):
    """No other origin may read an answer, unless the settings name it."""
    asked = {"Origin": "https://elsewhere.example"}
    assert "access-control-allow-origin" not in service.get("/api/areas", headers=asked).headers


def test_cors_opens_to_those_named(study):
    """And to nobody else."""
    app = create_app(Settings(cors_origins=("https://planning.example",)), study)
    with TestClient(app) as client:
        named = client.get("/health", headers={"Origin": "https://planning.example"})
        other = client.get("/health", headers={"Origin": "https://elsewhere.example"})
    assert "https://planning.example" == named.headers["access-control-allow-origin"]
    assert "access-control-allow-origin" not in other.headers


def test_settings_are_safe_unless_told_otherwise(monkeypatch):
    """Loopback, no origins; an environment variable changes one, and nothing changes them after."""
    settings = Settings()
    assert ("127.0.0.1", ()) == (settings.host, settings.cors_origins)
    monkeypatch.setenv("LAEGEVALG_PORT", "9000")
    assert 9000 == Settings().port
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1


def test_a_region_s_name_cannot_be_a_path(monkeypatch):
    """The region becomes part of a path in the store."""
    monkeypatch.setenv("LAEGEVALG_REGION", "../secrets")
    with pytest.raises(ValueError, match="region"):
        Settings()


def test_many_at_once_get_the_same_file(service):
    """Eight readers of one file that is not yet made: all get it whole."""
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(service.get("/exports/town.gpkg"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [200] * 8 == [answer.status_code for answer in answers]
    assert 1 == len({len(answer.content) for answer in answers})
