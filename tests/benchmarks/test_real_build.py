"""How long the whole real region takes from a mirror: fetched, built, and built again with nothing new.

Written to docs/benchmarks.md. Each command runs as a process of its own, so that memory and start are counted.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from page import busy

pytestmark = [pytest.mark.benchmark, pytest.mark.realdata, pytest.mark.timeout(1800)]
COMMAND = "import sys; from app.cli import main; sys.argv[0] = 'laegevalg'; main()"


def run(store, *words):
    """Seconds by the clock and of CPU, and megabytes at most, of one command."""
    began = time.perf_counter()
    environment = {**os.environ, "LAEGEVALG_STORE": str(store)}
    process = subprocess.Popen([sys.executable, "-c", COMMAND, *words], env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert 0 == process.returncode, words
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def test_the_real_region_is_fetched_and_built(realdata, tmp_path, page):
    """Three commands, one after the other."""
    words = busy()
    region = ("--region", "hovedstaden")
    steps = {
        "fetch --from": ("fetch", *region, "--from", str(realdata)),
        "build, findings and all": ("build", *region),
        "build --if-needed, nothing new": ("build", *region, "--if-needed"),
    }
    lines = [
        "## The real region from a mirror",
        "",
        words,
        "",
        "| step | clock, s | CPU, s | memory, MB |",
        "|---|---|---|---|",
    ]
    for name, step in steps.items():
        clock, cpu, memory = run(Path(tmp_path) / "store", *step)
        lines.append(f"| {name} | {clock:.1f} | {cpu:.1f} | {memory:.0f} |")
    page.append("\n".join(lines))
