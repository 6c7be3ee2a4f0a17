"""How a whole process is timed: start, imports and memory are counted."""

import os
import subprocess
import sys
import time


def run(*words, **environment):
    """Seconds by the clock and of CPU, and megabytes at most, of Python with some arguments.

    A process that needs less than the tests themselves (some 330 MB) is given as much: the system counts from before
    its program is loaded.
    """
    began = time.perf_counter()
    given = {**os.environ, **{name: str(value) for name, value in environment.items()}}
    process = subprocess.Popen([sys.executable, *map(str, words)], env=given, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert 0 == process.returncode, words
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def table(steps):
    """Rows of (name, what `run` gave) as lines of Markdown."""
    head = ["| step | clock, s | CPU, s | memory, MB |", "|---|---|---|---|"]
    return [*head, *(f"| {name} | {clock:.1f} | {cpu:.1f} | {memory:.0f} |" for name, (clock, cpu, memory) in steps)]
