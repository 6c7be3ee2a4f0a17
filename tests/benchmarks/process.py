"""How a whole process is timed: start, imports and memory are counted."""

import os
import subprocess
import sys
import time
from pathlib import Path

EVERY_S = 0.02
"""Seconds between two looks at a process."""


def run(*words, **environment):
    """Seconds by the clock and of CPU, and megabytes at most, of Python with some arguments."""
    began = time.perf_counter()
    given = {**os.environ, **{name: str(value) for name, value in environment.items()}}
    process = subprocess.Popen([sys.executable, *map(str, words)], env=given, stdout=subprocess.DEVNULL)
    most = 0.0
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        most = max(most, high_water(process.pid))
        time.sleep(EVERY_S)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert 0 == process.returncode, words
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, most


def high_water(pid):
    """Megabytes that a process has held at most since its program was loaded; 0 when it is gone.

    What `wait4` tells counts from before that, when the process still held all that the tests hold.
    """
    told = Path(f"/proc/{pid}/status").read_text()
    return next((int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmHWM:")), 0.0)


def table(steps):
    """Rows of (name, what `run` gave) as lines of Markdown."""
    head = ["| step | clock, s | CPU, s | memory, MB |", "|---|---|---|---|"]
    return [*head, *(f"| {name} | {clock:.1f} | {cpu:.1f} | {memory:.0f} |" for name, (clock, cpu, memory) in steps)]
