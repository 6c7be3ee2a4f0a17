"""How benchmarks are timed: CPU seconds of the whole process, medians of five, after a run that warms up."""

from statistics import median
from time import process_time

RUNS = 5


def cpu(ask, runs=RUNS):
    """Median CPU seconds of a question, all threads together."""
    ask()
    found = []
    for _ in range(runs):
        begin = process_time()
        ask()
        found.append(process_time() - begin)
    return median(found)


def once(ask):
    """Answer and CPU seconds of something done once."""
    begin = process_time()
    answer = ask()
    return answer, process_time() - begin
