"""osmnx asks Overpass: with the card's settings, and every answer judged before osmnx sees it.

osmnx by itself waits and asks again without end, looks a host up at a name service of its own when the machine cannot,
and keeps a cache beside the process. Here it may do none of these: its answers pass a hook of `requests` first.
"""

import json
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import osmnx
import requests
from osmnx import settings
from osmnx._errors import CacheOnlyInterruptError
from shapely.geometry.base import BaseGeometry

from geodata.fetching import Ask, Bounds
from geodata.fetching.answers import compare_clocks, judge, page_title
from geodata.fetching.asking import BreakError, endpoint_of, misfit
from geodata.fetching.fetcher import AGENT

STATUS = "/status"
STATUS_LINE = 4
"""The line of Overpass's status page by which osmnx tells whether it may ask."""
WAIT = re.compile(r"in (\d+) seconds")
BLOCK = 1 << 16
SMALLER = "ask for a smaller area, later, or fetch the streets from Geofabrik (--roads geofabrik)"

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Judged:
    """Looks at each answer as it comes.

    Parameters
    ----------
    ask : what is asked, for errors and the largest answer
    bounds : how long it may take
    tell : told how many bytes have come
    """

    ask: Ask
    bounds: Bounds
    tell: Tell

    def __call__(self, response: requests.Response, *_: Any, **__: Any) -> requests.Response:
        """The same answer, read within bounds and found good.

        Raises
        ------
        BreakError : it may come when asked again
        FetchError : it will not
        """
        seen = httpx.Response(
            response.status_code, headers=dict(response.headers), request=httpx.Request("GET", response.url)
        )
        judge(self.ask, seen, self.bounds.longest_pause_seconds)
        compare_clocks(self.ask, seen, self.bounds.clock_hours)
        body = self._body(response)
        if urlsplit(response.url).path.endswith(STATUS):
            self._refuse_status(body.decode("utf-8", errors="replace"))
        else:
            self._refuse_answer(body)
        return _with_body(response, body)

    def _body(self, response: requests.Response) -> bytes:
        began, body = time.monotonic(), bytearray()
        for block in response.iter_content(BLOCK):
            body += block
            self.tell(len(body), 0)
            if len(body) > self.ask.largest:
                raise misfit(self.ask, f"{len(body)} bytes or more", f"at most {self.ask.largest} bytes", SMALLER)
            if time.monotonic() - began > self.bounds.seconds:
                raise misfit(self.ask, f"{len(body)} bytes after the longest time", "a whole answer", "try again later")
        return bytes(body)

    def _refuse_status(self, text: str) -> None:
        """Refuse a page that osmnx would wait by for ever, or for too long."""
        lines = text.split("\n")
        line = lines[STATUS_LINE] if len(lines) > STATUS_LINE else ""
        first, wait = line.split(" ")[0], WAIT.search(line)
        if first.isdigit():
            return
        if first == "Slot" and wait:
            if int(wait[1]) > self.bounds.longest_pause_seconds:
                raise misfit(self.ask, f"no free slot before {wait[1]} s", "a free slot", "try again later")
            return
        found = f"a status page with {line[:60]!r}"
        raise misfit(self.ask, found, "its free slots", "a server without slots: set rate_limit of the card to no")

    def _refuse_answer(self, body: bytes) -> None:
        title = page_title(body[:BLOCK])
        if title is not None:
            raise misfit(self.ask, f"an HTML page{f' titled {title!r}' if title else ''}", "JSON", SMALLER)
        try:
            answer = json.loads(body)
            remark, elements = answer.get("remark", ""), answer["elements"]
        except (ValueError, AttributeError, KeyError):
            raise misfit(self.ask, f"something that begins with {body[:20]!r}", "JSON with elements") from None
        if remark:
            raise misfit(self.ask, f"the remark {remark[:120]!r}", "a whole answer", SMALLER)
        if not elements:
            raise misfit(self.ask, "no element", "streets", "is the area on land?")


def ask_overpass(ask: Ask, bounds: Bounds, area: BaseGeometry, folder: Path, tell: Tell) -> list[dict[str, Any]]:
    """What Overpass answers to osmnx about the ways of an area, as parsed JSON.

    Parameters
    ----------
    area : in degrees (WGS 84); osmnx asks half a kilometre farther
    folder : where osmnx keeps its answers meanwhile

    Raises
    ------
    BreakError : it may come when asked again
    FetchError : it will not
    """
    ways = [f'["{key}"]' for key in endpoint_of(ask.card).settings["ways"].split()]
    with _settings(ask, folder, Judged(ask, bounds, tell)):
        try:
            osmnx.graph_from_polygon(area, custom_filter=ways)
        except CacheOnlyInterruptError:
            pass
        except requests.Timeout:
            raise BreakError("silence for too long", "an answer") from None
        except requests.exceptions.SSLError:
            mend = "is this machine's clock right, and does it know the authority? (SSL_CERT_FILE)"
            raise misfit(ask, "a certificate that does not hold", "a valid one", mend) from None
        except (requests.RequestException, socket.gaierror) as error:
            raise BreakError(f"no connection ({type(error).__name__})", "an answer") from None
    return [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


@contextmanager
def _settings(ask: Ask, folder: Path, judged: Judged) -> Iterator[None]:
    """Settings of osmnx for one question; as they were afterwards, and the machine's own way to look up hosts too."""
    card = endpoint_of(ask.card).settings
    wanted = {
        "overpass_url": ask.url,
        "overpass_rate_limit": card["rate_limit"] == "yes",
        "requests_timeout": int(card["timeout"]),
        "requests_kwargs": {
            "stream": True,
            "allow_redirects": False,
            "hooks": {"response": judged},
            "verify": os.environ.get("SSL_CERT_FILE") or True,
        },
        "http_user_agent": AGENT,
        "http_referer": "",
        "doh_url_template": None,
        "use_cache": True,
        "cache_only_mode": True,
        "cache_folder": folder,
        "log_console": False,
        "log_file": False,
    }
    former = {name: getattr(settings, name) for name in wanted}
    look_up = socket.getaddrinfo
    try:
        for name, value in wanted.items():
            setattr(settings, name, value)
        yield
    finally:
        socket.getaddrinfo = look_up
        for name, value in former.items():
            setattr(settings, name, value)


def _with_body(response: requests.Response, body: bytes) -> requests.Response:
    """An answer whose body has been read."""
    whole = requests.Response()
    whole.status_code, whole.reason, whole.url = response.status_code, response.reason, response.url
    whole.headers, whole.request = response.headers, response.request
    whole.headers.pop("content-encoding", None)  # it has been unpacked
    whole.raw, whole.encoding = BytesIO(body), "utf-8"
    response.close()
    return whole
