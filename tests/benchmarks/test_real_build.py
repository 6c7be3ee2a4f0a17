"""How long the whole real region takes from a mirror: fetched, built, and built again with nothing new.

Written to docs/benchmarks.md. Each command runs as a process of its own, so that memory and start are counted.
"""

from pathlib import Path

import pytest
from process import run, table

pytestmark = [pytest.mark.benchmark, pytest.mark.realdata, pytest.mark.timeout(1800)]
COMMAND = "import sys; from app.start import main; sys.argv[0] = 'laegevalg'; main()"


def test_the_real_region_is_fetched_and_built(realdata, tmp_path, page):
    """Three commands, one after the other."""
    region = ("--region", "hovedstaden")
    steps = {
        "fetch --from": ("fetch", *region, "--from", str(realdata)),
        "build, findings and all": ("build", *region),
        "build --if-needed, nothing new": ("build", *region, "--if-needed"),
    }
    store = Path(tmp_path) / "store"
    measured = [(name, run("-c", COMMAND, *step, LAEGEVALG_STORE=store)) for name, step in steps.items()]
    page.append("\n".join(["## The real region from a mirror", "", *table(measured)]))
