"""What a publisher's answer means before its content is read: status, waiting time, kind, clock."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import httpx

from geodata.fetching.asking import Ask, BreakError, misfit
from geodata.fetching.raw import http_date

AGAIN = {408, 425, 429, 500, 502, 503, 504}
MENDS = {
    400: "the publisher does not understand the request; see the unverified settings of the source card",
    401: "is the key right? A new one may be refused for some hours",
    403: "the key may not be used for this, or not from this address; see the publisher's portal",
    404: "the address has changed; put it right by LAEGEVALG_SOURCES",
    410: "the publisher has closed this address for good; use another source of the layer, or a file",
}
LONGEST_TITLE = 80
TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def judge(ask: Ask, answer: httpx.Response, longest_pause: float) -> None:
    """Refuse an answer whose status is no success, and one that came by an unsafe way.

    Raises
    ------
    BreakError : it may come when asked again
    FetchError : it will not
    """
    if any(step.url.scheme == "https" for step in answer.history) and answer.url.scheme != "https":
        raise misfit(ask, f"a redirect to {answer.url.scheme}", "https all the way")
    status = answer.status_code
    if answer.is_success or status in {304, 416}:
        return
    found = f"status {status} {_phrase(status)}"
    if status not in AGAIN:
        raise misfit(ask, found, "status 200", MENDS.get(status, ""))
    wait = waiting(answer)
    if wait is not None and wait > longest_pause:
        when = (datetime.now(UTC) + timedelta(seconds=wait)).strftime("%Y-%m-%d %H:%M UTC")
        raise misfit(ask, f"{found}, to wait {wait:.0f} s", "status 200", f"try again after {when}")
    raise BreakError(found, "status 200", wait)


def waiting(answer: httpx.Response) -> float | None:
    """Seconds that an answer asks to wait (Retry-After, RFC 9110 10.2.3), as a number or a date; None when not said."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    until = http_date(said)
    if until is None:
        return None
    today = http_date(answer.headers.get("date", "")) or datetime.now(UTC)
    return max((until - today).total_seconds(), 0.0)


def compare_clocks(ask: Ask, answer: httpx.Response, hours: float) -> None:
    """Refuse an answer by a clock far from this machine's: ages, keys and certificates would mean nothing.

    An answer kept on the way (`Age`) was written so much earlier.

    Raises
    ------
    FetchError : the clocks differ by more than `hours`
    """
    said = http_date(answer.headers.get("date", ""))
    if said is None:
        return
    age = answer.headers.get("age", "0")
    theirs, ours = said + timedelta(seconds=int(age) if age.isdigit() else 0), datetime.now(UTC)
    if abs(ours - theirs) > timedelta(hours=hours):
        raise misfit(
            ask,
            f"the publisher's clock at {theirs:%Y-%m-%d %H:%M} UTC and this machine's at {ours:%Y-%m-%d %H:%M} UTC",
            f"at most {hours:g} h between them",
            "put this machine's clock right",
        )


def page_title(head: bytes) -> str | None:
    """The title of an HTML page by its beginning; empty when it has none, None when it is no HTML page."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return None
    title = TITLE.search(head)
    words = title[1].decode("utf-8", errors="replace").split() if title else []
    return " ".join(words)[:LONGEST_TITLE]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(no status of HTTP)"
