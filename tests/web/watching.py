"""A page in headless Chromium, what went wrong on it, whom it asked, and waiting for what it shows."""

import time
from urllib.parse import urlsplit

READY = "document.documentElement.dataset.map === 'ready'"
PRINTING = "document.documentElement.dataset.ready === 'print'"


def until(page, expression, seconds=30.0):
    """Wait until an expression is true (Playwright's own waiting needs `eval`, which the page's policy forbids)."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"still not so after {seconds} s: {expression}"
        page.wait_for_timeout(25)


class Watched:
    """A page with what went wrong on it and whom it asked."""

    def __init__(self, browser, width=1366, height=768, **options):
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.page = self.context.new_page()
        self.troubles, self.hosts = [], set()
        self.page.on("console", lambda m: self.troubles.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("request", self._asked)

    def _failed(self, request):
        if request.failure != "net::ERR_ABORTED":  # a picture no longer wanted, because the page has gone on
            self.troubles.append(f"failed {request.url}: {request.failure}")

    def _asked(self, request):
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "file"):
            self.hosts.add(address.hostname)

    def map(self, address):
        """Open a map and wait until it is drawn."""
        self.page.goto(address, wait_until="load")
        until(self.page, READY)
        return self.page


def click_place(page, x=0.5, y=0.5):
    """Click the map and give the popup's text."""
    box = page.locator("#map_laegevalg").bounding_box()
    page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    return popup.inner_text()
