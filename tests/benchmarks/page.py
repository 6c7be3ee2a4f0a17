"""docs/benchmarks.md: every section says on what machine and day it was measured, and how busy others kept it."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`; do not edit. CPU time of the whole process where nothing else is said, compiled beforehand, medians of five (networkx: one run).
The machine is shared: read the ratios, not the seconds. Others answer for the nodes of the network;
ours for the cells, as a matrix ready for the findings, and equal to scipy's to the last digit.
"""


class Page:
    """The page; a section is written as soon as it is measured.

    Made before the measurement begins, so that it knows what others did to the machine.
    """

    def __init__(self):
        self._load = os.getloadavg()[0]

    def append(self, section):
        """Put a section in the place of the one with its heading, or at the end."""
        put(PAGE, HEAD, section, f"load average {self._load:.1f} before")


def put(page, head, section, load):
    """Put a section into a page in the place of the one with its heading, or at the end, stamped with machine and day."""
    heading, text = section.strip().split("\n", 1)
    stamp = f"*{machine()}; {datetime.now(UTC).date()}; {load}.*"
    known = re.split(r"(?m)^(?=## )", page.read_text())[1:] if page.is_file() else []
    sections = {each.split("\n", 1)[0]: each.strip() + "\n" for each in known}
    sections[heading] = f"{heading}\n\n{stamp}\n{text}\n"
    page.write_text("\n".join([head, *sections.values()]))


def machine():
    """Processor, cores and Python."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    name = next((line.split(":")[1].strip() for line in lines if "model name" in line), "")
    return f"{name or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
