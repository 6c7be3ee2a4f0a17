"""What a browser's own trace says of a page while somebody moves its map: tasks of the page's thread, and frames."""

import json
from contextlib import contextmanager
from dataclasses import dataclass

CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"]
TASK, CALL = "RunTask", "FunctionCall"
WATCH = """
() => {
  const seen = { last: performance.now(), gap: 0, frames: 0, long: [] };
  const frame = (now) => {
    Object.assign(seen, { gap: Math.max(seen.gap, now - seen.last), last: now, frames: seen.frames + 1 });
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const note = (list) => seen.long.push(...list.getEntries().map((one) => one.duration));
  seen.observer = new PerformanceObserver(note);
  seen.observer.observe({ type: "longtask" });
  window.seenFrames = seen;
}
"""
"""Counts frames, the longest time between two, and long tasks (more than 50 ms), from now on."""
START = """
() => {
  Object.assign(window.seenFrames, { last: performance.now(), gap: 0, frames: 0 });
  window.seenFrames.long.length = 0;
}
"""
SEEN = "() => { const { gap, frames, long } = window.seenFrames; return { gap, frames, long }; }"


@dataclass(frozen=True)
class Task:
    """One task of the page's thread: how long it took by the clock and of its thread's CPU, ms, and in which script."""

    clock: float
    cpu: float
    scripts: tuple[str, ...]


@contextmanager
def traced(browser, page, path):
    """Write the browser's trace of what happens meanwhile to a file."""
    browser.start_tracing(page=page, path=str(path), categories=CATEGORIES)
    try:
        yield
    finally:
        browser.stop_tracing()


def tasks(path, address):
    """Tasks of the thread that runs the scripts of an address, longest first.

    Parameters
    ----------
    path : of a trace
    address : beginning of the addresses of the page's scripts
    """
    events = json.loads(path.read_text())["traceEvents"]
    calls = [one for one in events if one["name"] == CALL and _script(one).startswith(address)]
    threads = {(one["pid"], one["tid"]) for one in calls}
    found = [
        Task(one.get("dur", 0) / 1000, one.get("tdur", 0) / 1000, _scripts_in(one, calls))
        for one in events
        if one["name"] == TASK and (one["pid"], one["tid"]) in threads
    ]
    return sorted(found, key=lambda task: -task.clock)


def _script(event):
    return event.get("args", {}).get("data", {}).get("url", "")


def _scripts_in(task, calls):
    """Functions of the page that a task calls, with their files."""
    begin, end = task["ts"], task["ts"] + task.get("dur", 0)
    here = [one for one in calls if one["tid"] == task["tid"] and begin <= one["ts"] < end]
    return tuple(f"{_file(one)}:{one['args']['data'].get('functionName')}" for one in here)


def _file(event):
    return _script(event).rsplit("/", 1)[-1].split("?")[0]


def middle(page):
    """The middle of the map on the screen."""
    box = page.locator("#map_laegevalg").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pan(page, times=4, steps=20):
    """Drag the map to all sides and back."""
    x, y = middle(page)
    for turn in range(times):
        dx, dy = ((150, 0), (0, 150), (-150, 0), (0, -150))[turn % 4]
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + dx, y + dy, steps=steps)
        page.mouse.up()
        page.wait_for_timeout(250)


def zoom(page, turns):
    """Turn the wheel over the middle of the map so many times, inwards where positive; wait until it rests."""
    page.mouse.move(*middle(page))
    for _ in range(abs(turns)):
        page.mouse.wheel(0, -120 if turns > 0 else 120)
        page.wait_for_timeout(300)
