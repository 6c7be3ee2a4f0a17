"""Bringing files: resumed, conditional, retried, bounded and atomic, from a publisher that misbehaves."""

import json
import logging
import subprocess
import sys
from dataclasses import replace

import pytest
from publisher import Said

from geodata.errors import Breach, FetchError, MisfitError, SourceError
from geodata.fetching import Ask, Bounds, Fetcher, Keys, read_note
from geodata.fetching.raw import note_path

OLD, NEW = b'{"figure": 1}', b'{"figure": 2}'
LONG = json.dumps(list(range(60_000))).encode()
MONDAY, TUESDAY = "Mon, 02 Nov 2026 06:00:00 GMT", "Tue, 03 Nov 2026 06:00:00 GMT"


@pytest.fixture
def ask(card, publisher):
    """Asks for /data of the publisher."""
    return Ask(card, publisher.url("/data"))


@pytest.fixture
def had(fetcher, ask, publisher):
    """The file that was fetched before."""
    publisher.says("/data", Said(OLD, etag='"1"', modified=MONDAY))
    return fetcher.file(ask)


def left(fetcher):
    """Names of unfinished files."""
    return sorted(path.name for path in (fetcher.raw / ".parts").iterdir() if path.name != ".lock")


def test_a_file_lies_beside_a_note_of_where_it_came_from(had, ask, fetcher):
    assert OLD == had.path.read_bytes()
    note = json.loads(note_path(had.path).read_text())
    assert ("toy", ask.url, '"1"', MONDAY, len(OLD)) == tuple(
        note[name] for name in ("source", "url", "etag", "last_modified", "bytes")
    )
    assert "2026-11-02" == read_note(had.path).data_date
    assert had.new
    assert [] == left(fetcher)


def test_a_file_that_still_holds_is_not_sent_again(had, ask, fetcher, publisher):
    again = fetcher.file(ask)
    assert not again.new
    assert had.note.fetched == again.note.fetched
    conditions = publisher.asked[-1].headers
    assert ('"1"', MONDAY) == (conditions["If-None-Match"], conditions["If-Modified-Since"])


def test_a_file_that_somebody_changed_here_is_fetched_anew(had, ask, fetcher, publisher):
    had.path.write_bytes(b'{"figure": 7}')
    assert fetcher.file(ask).new
    assert OLD == had.path.read_bytes()
    assert "If-None-Match" not in publisher.asked[-1].headers


def test_a_new_edition_takes_the_place_of_the_former_one(had, ask, fetcher, publisher):
    publisher.says("/data", Said(NEW, etag='"2"'))
    assert fetcher.file(ask).new
    assert NEW == had.path.read_bytes()


@pytest.mark.parametrize("validator", [{"etag": '"long"'}, {"modified": MONDAY}])
def test_a_broken_download_goes_on_where_it_was(ask, fetcher, publisher, validator):
    publisher.says(
        "/data", Said(LONG, cut=150_000, **validator), Said(LONG, cut=100_000, **validator), Said(LONG, **validator)
    )
    assert LONG == fetcher.file(ask).path.read_bytes()
    first, second, third = (request.headers.get("Range") for request in publisher.asked)
    assert (None, "bytes=150000-", "bytes=250000-") == (first, second, third)


def test_a_download_that_was_killed_goes_on_in_the_next_run(ask, fetcher, publisher, tmp_path):
    publisher.says("/data", Said(LONG, cut=150_000, etag='"long"'), Said(status=503))
    with pytest.raises(FetchError, match="503"):
        fetcher.file(ask)
    assert not (fetcher.raw / "toy" / "data.json").exists(), "half a file is never taken for a whole one"
    publisher.says("/data", Said(LONG, etag='"long"'))
    assert LONG == fetcher.file(ask).path.read_bytes()
    assert "bytes=150000-" == publisher.asked[-1].headers["Range"]


def test_a_part_of_another_edition_is_thrown_away(ask, fetcher, publisher):
    other = json.dumps(list(range(60_000, 0, -1))).encode()
    publisher.says("/data", Said(LONG, cut=150_000, etag='"long"'), Said(other, etag='"other"'))
    assert other == fetcher.file(ask).path.read_bytes()


def test_a_part_by_a_weak_mark_is_not_taken_up(ask, fetcher, publisher):
    publisher.says("/data", Said(LONG, cut=150_000, etag='W/"long"'), Said(LONG, etag='W/"long"'))
    assert LONG == fetcher.file(ask).path.read_bytes()
    assert "Range" not in publisher.asked[-1].headers


def test_a_publisher_that_sends_another_part_than_asked_is_asked_for_the_whole(ask, fetcher, publisher):
    wrong = Said(LONG[:10], 206, {"Content-Range": f"bytes 0-9/{len(LONG)}"})
    publisher.says("/data", Said(LONG, cut=150_000, etag='"long"'), wrong, Said(LONG, etag='"long"'))
    assert LONG == fetcher.file(ask).path.read_bytes()


def test_what_is_packed_on_the_way_is_unpacked_and_never_resumed(ask, fetcher, publisher):
    publisher.says(
        "/data", Said(LONG, cut=20_000, etag='"long"', gzipped=True), Said(LONG, etag='"long"', gzipped=True)
    )
    assert LONG == fetcher.file(ask).path.read_bytes()
    assert [None, None] == [request.headers.get("Range") for request in publisher.asked]


def test_a_busy_publisher_is_asked_again_after_as_long_as_it_asks_for(ask, fetcher, publisher):
    publisher.says("/data", Said(status=429, headers={"Retry-After": "1"}), Said(status=503), Said(OLD))
    assert OLD == fetcher.file(ask).path.read_bytes()
    assert 3 == len(publisher.asked)


def test_a_wait_that_is_too_long_ends_with_when_to_come_again(had, ask, fetcher, publisher):
    publisher.says("/data", Said(status=429, headers={"Retry-After": "7200"}))
    asked = len(publisher.asked)
    with pytest.raises(FetchError, match=r"status 429 Too Many Requests, to wait 7200 s.*try again after 20\d\d-"):
        fetcher.file(ask)
    assert 1 == len(publisher.asked) - asked
    assert OLD == had.path.read_bytes()


def test_a_wait_until_a_moment_is_understood(had, ask, fetcher, publisher):
    headers = {"Retry-After": "Tue, 03 Nov 2026 08:00:00 GMT"}
    publisher.says("/data", Said(status=503, headers=headers, date=TUESDAY))
    with pytest.raises(FetchError, match="to wait 7200 s"):
        fetcher.file(ask)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            Said(status=410),
            "found status 410 Gone, expected status 200; the publisher has closed this address for good",
        ),
        (Said(status=404), "404 Not Found.*LAEGEVALG_SOURCES"),
        (Said(status=401), "401 Unauthorized.*is the key right"),
        (Said(status=403, body=b"DAF-AUTH-0005"), "403 Forbidden.*not from this address"),
        (Said(status=400), "400 Bad Request.*unverified settings"),
        (Said(status=503), "503 Service Unavailable.*given up after 3 tries"),
        (Said(status=429), "429 Too Many Requests.*given up after 3 tries"),
        (Said(status=599), "status 599"),
        (Said(b"<!DOCTYPE html><title>Drift\n stoppet</title>"), "an HTML page titled 'Drift stoppet', expected JSON"),
        (Said(b"\xef\xbb\xbf<html><body>Vent</body></html>"), "an HTML page, expected JSON"),
        (Said(b""), "an empty answer"),
        (Said(b"  \n"), "an empty answer"),
        (Said(b'{"figure": 3', length=False), "ends with"),
        (Said(b"figure;3"), "begins with b'figure;3'"),
        (Said(b"[" + b"1," * 600_000 + b"1]"), r"at most 1 MB"),
        (Said(b"[" + b"1," * 600_000 + b"1]", length=False), r"at most 1 MB"),
        (Said(b"[" + b"1," * 600_000 + b"1]", gzipped=True), r"at most 1 MB"),
        (Said(b"[1, 2, 3]", cut=4), "closed in the middle.*given up after 3 tries"),
        (Said(status=302, headers={"Location": "/data"}), "redirects without end"),
        (Said(status=302, headers={"Location": "ftp://localhost/data"}), "an address that is not http"),
        (Said(OLD, date="Sun, 22 Nov 2020 10:00:00 GMT"), "the publisher's clock at 2020-11-22 10:00 UTC.*clock right"),
        (Said(OLD, date="Sun, 22 Nov 2099 10:00:00 GMT"), "the publisher's clock at 2099-11-22 10:00 UTC"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_an_answer_that_is_none_is_refused_and_the_former_file_stays(had, ask, fetcher, publisher, said, words):
    publisher.says("/data", said)
    with pytest.raises(FetchError, match=f"(?s){words}") as caught:
        fetcher.file(ask)
    assert ("toy", True, True) == (
        caught.value.source,
        bool(caught.value.breach.found),
        bool(caught.value.breach.expected),
    )
    assert OLD == had.path.read_bytes()
    assert had.note == read_note(had.path)


def test_an_answer_kept_on_the_way_for_days_has_no_wrong_clock(ask, fetcher, publisher):
    from datetime import UTC, datetime, timedelta
    from email.utils import format_datetime

    written = datetime.now(UTC) - timedelta(days=3)
    publisher.says("/data", Said(OLD, date=format_datetime(written, usegmt=True), headers={"Age": str(3 * 86_400)}))
    assert fetcher.file(ask).new


def test_a_file_that_its_check_finds_wrong_never_takes_the_place_of_the_former_one(had, ask, fetcher, publisher):
    def check(path):
        raise MisfitError("toy", Breach(3, "figure", path.read_text(), "a number under 2"))

    publisher.says("/data", NEW)
    with pytest.raises(MisfitError, match="toy: row 3, column figure: found") as caught:
        fetcher.file(replace(ask, check=check))
    assert (3, "figure") == (caught.value.breach.row, caught.value.breach.column)
    assert OLD == had.path.read_bytes()
    assert [] == left(fetcher)


def test_nobody_there_is_said_after_some_tries(card, tmp_path):
    with (
        Fetcher(tmp_path, bounds=Bounds(tries=2, pause_seconds=0.001)) as fetcher,
        pytest.raises(FetchError, match=r"no connection.*given up after 2 tries"),
    ):
        fetcher.file(Ask(card, "http://127.0.0.1:9/data"))


def test_a_silent_publisher_is_given_up(card, tmp_path, publisher):
    publisher.says("/data", Said(LONG, slow=30))
    bounds = Bounds(tries=2, pause_seconds=0.001, silent_seconds=0.05)
    with Fetcher(tmp_path, bounds=bounds) as fetcher, pytest.raises(FetchError, match="silence for too long"):
        fetcher.file(Ask(card, publisher.url("/data")))


def test_a_dripping_publisher_is_given_up_at_the_longest_time(card, tmp_path, publisher):
    publisher.says("/data", Said(LONG, slow=0.05))
    with (
        Fetcher(tmp_path, bounds=Bounds(seconds=0.2)) as fetcher,
        pytest.raises(FetchError, match="after the longest time"),
    ):
        fetcher.file(Ask(card, publisher.url("/data")))


def test_a_small_answer_is_kept_nowhere(card, fetcher, publisher):
    url = publisher.says("/tables", b'{"id": "FRKM126"}')
    assert {"id": "FRKM126"} == fetcher.answer(Ask(card, url, body={"lang": "da"}))
    assert ("POST", b'{"lang":"da"}') == (publisher.asked[-1].method, publisher.asked[-1].body)
    assert [] == left(fetcher)


def test_a_small_answer_that_is_no_json_is_refused(card, fetcher, publisher):
    url = publisher.says("/tables", b"{1}")
    with pytest.raises(FetchError, match="JSON that cannot be read"):
        fetcher.answer(Ask(card, url))


def test_a_size_is_asked_without_the_file(card, fetcher, publisher):
    assert len(LONG) == fetcher.size(Ask(card, publisher.says("/data", LONG)))
    assert "HEAD" == publisher.asked[-1].method
    assert fetcher.size(Ask(card, publisher.says("/closed", Said(status=410)))) is None
    assert fetcher.size(Ask(card, "http://127.0.0.1:9/")) is None


def test_progress_is_told_in_bytes(card, tmp_path, publisher):
    told = []
    with Fetcher(tmp_path, progress=lambda *step: told.append(step)) as fetcher:
        fetcher.file(Ask(card, publisher.says("/data", LONG)))
    assert ("toy", len(LONG), len(LONG)) == told[-1]
    assert sorted(come for _, come, _ in told) == [come for _, come, _ in told]


def test_two_fetches_into_one_folder_do_not_mix(fetcher):
    with pytest.raises(SourceError, match="another process is fetching"):
        Fetcher(fetcher.raw)


def test_what_a_killed_process_left_is_cleared_away(tmp_path):
    code = (
        "import os, sys, pathlib; from geodata.fetching import Fetcher; f = Fetcher(pathlib.Path(sys.argv[1]));"
        "f.draft().__enter__().write_bytes(b'half'); os._exit(9)"
    )
    assert 9 == subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode
    assert 1 == len(list((tmp_path / ".parts").glob("*.draft")))
    with Fetcher(tmp_path) as fetcher:
        assert [] == left(fetcher)


def test_a_key_goes_to_the_publisher_and_nowhere_else(card, fetcher, publisher, caplog):
    caplog.set_level(logging.DEBUG)
    echo = Said(status=403, body=b"s3cret/key is refused")
    ask = Ask(card, publisher.says("/data", Said(OLD), echo), key_in="apiKey")
    kept = fetcher.file(ask)
    with pytest.raises(FetchError) as caught:
        fetcher.file(ask)
    assert ["s3cret/key"] == publisher.asked[0].query["apiKey"]
    shown = [
        caplog.text,
        str(caught.value),
        repr(caught.value.__cause__),
        repr(fetcher.keys),
        note_path(kept.path).read_text(),
    ]
    shown += [path.read_text() for path in fetcher.raw.rglob("*") if path.is_file()]
    assert not [text for text in shown if "s3cret" in text]


def test_a_key_in_what_a_check_says_is_blotted_out(card, fetcher, publisher):
    def check(_):
        raise MisfitError("toy", Breach(1, "", "https://u:p@host/x?apiKey=abc&y=1 and s3cret%2Fkey", "s3cret/key"))

    with pytest.raises(MisfitError) as caught:
        fetcher.file(Ask(card, publisher.says("/data", OLD), check=check))
    assert "toy: row 1: found https://***@host/x?apiKey=***&y=1 and ***, expected ***" == str(caught.value)


def test_a_missing_key_says_where_to_get_one(card, tmp_path, publisher):
    with Fetcher(tmp_path, Keys()) as fetcher, pytest.raises(FetchError, match=r"get one from .*LAEGEVALG_KEY_TOY"):
        fetcher.file(Ask(card, publisher.url("/data"), key_in="apiKey"))
    assert [] == publisher.asked


def test_a_proxy_is_asked_where_one_is_set(card, tmp_path, publisher, monkeypatch):
    publisher.says("http://publisher.invalid/data", OLD)
    publisher.says("/data", OLD)
    monkeypatch.setenv("HTTP_PROXY", publisher.url())
    monkeypatch.setenv("NO_PROXY", "")
    with Fetcher(tmp_path) as fetcher:
        assert OLD == fetcher.file(Ask(card, "http://publisher.invalid/data")).path.read_bytes()
    assert "publisher.invalid" == publisher.asked[0].headers["Host"]
