"""How long a timetable takes to be checked row by row. Written to docs/benchmarks.md."""

from pathlib import Path

import large_feed
import pytest
from process import run, table

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]


def test_a_timetable_is_checked_as_it_streams_past(tmp_path, page):
    """In a process of its own, so that memory is its own."""
    path = Path(tmp_path) / "large.zip"
    size = large_feed.write(path)
    steps = [
        ("import alone", run("-c", "import geodata.sources.gtfs.timetable")),
        ("every row checked", run(large_feed.__file__, path, "check")),
    ]
    rows = large_feed.TRIPS * large_feed.LONG
    sizes = f"{rows:,} stop times, {size / 1e6:.0f} MB unpacked, {path.stat().st_size / 1e6:.0f} MB as a zip."
    page.append("\n".join(["## A timetable", "", sizes, "", *table(steps)]))
