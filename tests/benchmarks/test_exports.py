"""How long each file of a whole region takes, how large it is and how much memory it needs; written to a page.

CPU time beside the clock, since machines are shared. Nothing is asserted on time.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks-files.md"
ASKED = [
    ("gpkg", "areas"),
    ("xlsx", "areas"),
    ("fgb", "cells"),
    ("geojson", "cells"),
    ("parquet", "cells"),
    ("csv", "cells"),
]
MEASURE = """
import json, resource, sys, time
from pathlib import Path
from app.publish.collections import TABLES, Publication
from app.publish.exporters import Request, export
from app.study import open_study
store, region, ending, collection, out = sys.argv[1:]
publication = Publication(open_study(Path(store), region))
for name in TABLES:
    publication.collection(name)
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
held, clock, cpu = peak(), time.perf_counter(), time.process_time()
path = export(publication, Path(out) / f"{region}.{ending}", Request(collection))
seconds = [time.perf_counter() - clock, time.process_time() - cpu]
print(json.dumps({"cells": len(publication.cells.frame), "seconds": seconds, "mb": path.stat().st_size / 1e6,
                  "memory": [held, peak()]}))
"""


def measured(store, region, ending, collection, folder):
    """Seconds by the clock and of CPU, megabytes, and memory before and at most, in a process of its own."""
    command = [sys.executable, "-c", MEASURE, str(store), region, ending, collection, str(folder)]
    ran = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    return json.loads(ran.stdout.splitlines()[-1])


def row(region, ending, collection, found):
    what = "everything" if ending in ("gpkg", "xlsx") else collection
    clock, cpu = found["seconds"]
    held, most = found["memory"]
    return f"| {region} | {found['cells']:,} | .{ending} | {what} | {clock:.1f} | {cpu:.1f} | {found['mb']:.1f} | {most - held:.0f} |"


def test_every_file_of_a_region(sample_store, real_store, tmp_path):
    """The example region and Region Hovedstaden on real data; each file in a process of its own."""
    lines = [
        row(region, ending, collection, measured(store, region, ending, collection, tmp_path))
        for store, region in ((sample_store, "sample"), (real_store, "hovedstaden"))
        for ending, collection in ASKED
    ]
    PAGE.write_text(page(lines), encoding="utf-8")


def page(lines):
    """The page of the figures."""
    head = "| region | cells | file | holds | s | s of CPU | MB | MB of memory more |\n| --- | --: | --- | --- | --: | --: | --: | --: |"
    about = (
        "Written by `make bench`. Each file is made in a process of its own, after the published tables are in memory; the last column is\n"
        "by how much its peak rises above that of making the tables (0: not at all). Two cores, shared: read the seconds of CPU."
    )
    return f"# How long files take\n\n{about}\n\n{head}\n" + "\n".join(lines) + f"\n\n{time.strftime('%d %B %Y')}\n"
