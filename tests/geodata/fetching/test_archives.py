"""One file out of a zip that is truncated, hostile or a bomb; and certificates that do not hold."""

import io
import ssl
import stat
import zipfile

import pytest
import trustme
from publisher import Publisher, Said, serve

from geodata.errors import FetchError
from geodata.fetching import Ask, Fetcher
from geodata.fetching.archives import climbs

GOOD = b'{"figure": 1}'


def packed(*members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return out.getvalue()


def linked():
    info = zipfile.ZipInfo("data.json")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed((info, "/etc/passwd"))


def lying():
    """Says in its directory that its member unpacks to 13 bytes."""
    whole = packed(("data.json", b"[" + b"1," * 700_000 + b"1]"))
    size = (1_400_003).to_bytes(4, "little")
    assert 2 == whole.count(size)
    return whole.replace(size, (13).to_bytes(4, "little"))


@pytest.fixture
def ask(card, publisher):
    return Ask(card, publisher.url("/data.zip"), member="*.json")


def test_the_one_member_that_fits_is_kept(ask, fetcher, publisher):
    publisher.says("/data.zip", Said(packed(("folder/data.json", GOOD), ("readme.txt", b"read me")), etag='"1"'))
    assert GOOD == fetcher.file(ask).path.read_bytes()
    assert not fetcher.file(ask).new
    assert '"1"' == publisher.asked[-1].headers["If-None-Match"], "the zip is known by its own mark"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (packed(("data.json", GOOD))[:-30], "damaged or truncated zip"),
        (packed(("data.json", GOOD))[:20] + b"x" * 60, "damaged or truncated zip"),
        (packed(("data.json", GOOD), method=zipfile.ZIP_STORED).replace(GOOD[:4], b"oops"), "damaged.*CRC"),
        (packed(("../../data.json", GOOD)), r"'../../data.json' in the zip, which leads out of it"),
        (packed(("/etc/data.json", GOOD)), "leads out of it"),
        (packed(("C:\\data.json", GOOD)), "leads out of it"),
        (packed(("..\\..\\data.json", GOOD)), "leads out of it"),
        (linked(), "leads out of it"),
        (packed(("data.json", b"[" + b"1," * 700_000 + b"1]")), "unpacks from .* to more than .*zip bomb"),
        (lying(), "unpacks from .*zip bomb|damaged or truncated zip"),
        (packed(("a.json", GOOD), ("b.json", GOOD)), r"a zip with a.json, b.json, expected one file like \*.json"),
        (packed(("a.csv", GOOD)), r"a zip with a.csv, expected one file like \*.json"),
        (packed(), "expected a zip archive"),
        (packed(("data.json", b"")), "an empty answer"),
        (packed(("data.json", b"<html><title>Lukket</title>")), "an HTML page titled 'Lukket'"),
        (b"<html><title>Lukket</title>", "an HTML page titled 'Lukket', expected a zip archive"),
    ],
)
def test_a_zip_that_is_none_is_refused_and_the_former_file_stays(ask, fetcher, publisher, body, words):
    publisher.says("/data.zip", packed(("data.json", GOOD)), body)
    former = fetcher.file(ask)
    with pytest.raises(FetchError, match=f"(?s){words}"):
        fetcher.file(ask)
    assert GOOD == former.path.read_bytes()
    assert [".lock"] == [path.name for path in (fetcher.raw / ".parts").iterdir()]


def test_a_bomb_within_the_largest_size_is_known_by_how_densely_it_is_packed(card, fetcher, publisher):
    from dataclasses import replace

    large = replace(card, endpoint=replace(card.endpoint, largest_megabytes=100))
    url = publisher.says("/data.zip", packed(("data.json", b"[" + b" " * 20_000_000 + b"1]")))
    with pytest.raises(FetchError, match="zip bomb"):
        fetcher.file(Ask(large, url, member="*.json"))


@pytest.mark.parametrize("name", ["a/../../b", "/a", "\\a", "C:a", "a\\..\\..\\b", ".."])
def test_names_that_climb_out(name):
    assert climbs(name)


@pytest.mark.parametrize("name", ["a/b.json", "a..b/c", "...", "æ ø å.gpkg"])
def test_names_that_stay(name):
    assert not climbs(name)


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def secure(authority):
    """A publisher whose certificate is for another name than the one it is asked by, unless told otherwise."""

    def opened(*names):
        server = Publisher()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.scheme = "https"
        serve(server)
        servers.append(server)
        return server

    servers = []
    yield opened
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """The authority is one that this machine knows."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


@pytest.mark.usefixtures("trusted")
def test_a_certificate_that_holds_is_taken(card, secure, tmp_path):
    server = secure("localhost")
    with Fetcher(tmp_path / "raw") as fetcher:
        assert GOOD == fetcher.file(Ask(card, server.says("/data", GOOD))).path.read_bytes()


def test_a_certificate_of_nobody_known_is_refused_at_once(card, secure, tmp_path):
    server = secure("localhost")
    with (
        Fetcher(tmp_path) as fetcher,
        pytest.raises(FetchError, match=r"certificate that does not hold .*SSL_CERT_FILE"),
    ):
        fetcher.file(Ask(card, server.says("/data", GOOD)))
    assert [] == server.asked


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_is_refused(card, secure, tmp_path):
    server = secure("other.invalid")
    with Fetcher(tmp_path / "raw") as fetcher, pytest.raises(FetchError, match=r"does not hold \(Hostname mismatch"):
        fetcher.file(Ask(card, server.says("/data", GOOD)))


@pytest.mark.usefixtures("trusted")
def test_a_certificate_that_has_run_out_asks_for_the_clock(card, authority, tmp_path):
    from datetime import UTC, datetime, timedelta

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", not_after=datetime.now(UTC) - timedelta(days=1)).configure_cert(context)
    server = Publisher()
    server.socket, server.scheme = context.wrap_socket(server.socket, server_side=True), "https"
    serve(server)
    with (
        Fetcher(tmp_path / "raw") as fetcher,
        pytest.raises(FetchError, match=r"has expired.*is this machine's clock right"),
    ):
        fetcher.file(Ask(card, server.says("/data", GOOD)))
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("trusted")
def test_a_redirect_from_https_to_http_is_refused(card, secure, publisher, tmp_path):
    server = secure("localhost")
    away = Said(status=302, headers={"Location": publisher.says("/data", GOOD)})
    with Fetcher(tmp_path / "raw") as fetcher, pytest.raises(FetchError, match="a redirect to http, expected https"):
        fetcher.file(Ask(card, server.says("/data", away)))
