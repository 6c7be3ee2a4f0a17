"""Compiled code, where it can be kept and where it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CHILD = """
import logging
logging.basicConfig(level="WARNING")
from geodata.network.edge_grid import _share
print(_share(0.0, 0.0, 4.0, 0.0, 1.0, 9.0))
"""


@pytest.mark.parametrize(("folder", "kept"), [("numba", True), ("file/numba", False)])
def test_a_folder_that_cannot_be_written_costs_time_not_the_answer(tmp_path, folder, kept):
    (tmp_path / "file").write_text("in the way of a folder")
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / folder), "PYTHONPATH": str(ROOT)}
    environment |= {"HOME": str(tmp_path / "file"), "XDG_CACHE_HOME": str(tmp_path / "file")}
    done = subprocess.run([sys.executable, "-c", CHILD], env=environment, check=True, capture_output=True, text=True)
    assert "0.25" == done.stdout.strip()
    if kept:
        assert list((tmp_path / folder).rglob("*.nbi"))
        assert "cannot be kept" not in done.stderr
