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
        heading, text = section.strip().split("\n", 1)
        stamped = (
            f"{heading}\n\n*{machine()}; {datetime.now(UTC).date()}; load average {self._load:.1f} before.*\n{text}\n"
        )
        known = re.split(r"(?m)^(?=## )", PAGE.read_text())[1:] if PAGE.is_file() else []
        sections = {each.split("\n", 1)[0]: each.strip() + "\n" for each in known}
        sections[heading] = stamped
        PAGE.write_text("\n".join([HEAD, *sections.values()]))


def machine():
    """Processor, cores and Python."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    name = next((line.split(":")[1].strip() for line in lines if "model name" in line), "")
    return f"{name or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
