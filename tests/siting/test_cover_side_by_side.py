"""Two parts are looked at side by side, and neither the answer nor the way to it depends on which is faster."""

import math
import os
import subprocess
import sys
import threading

import numpy as np
from siting.covering_cases import make_problem

from app.siting.answer import Budget
from app.siting.covering.cells import reduce
from app.siting.covering.pool import Pool
from app.siting.covering.state import State
from app.siting.covering.tree import search
from app.siting.watch import Watch

COMPILED = """
import importlib, pkgutil
from numba.core.dispatcher import Dispatcher
from app.siting import covering
from app.siting.answer import Budget
from app.siting.covering import tree
from app.siting.covering.solve import compile_all, solve_cover
from siting.test_cover_side_by_side import towns

names = [each.name for each in pkgutil.iter_modules(covering.__path__, "app.siting.covering.")]
found = [vars(importlib.import_module(name)).values() for name in names]
kernels = {id(one): one for some in found for one in some if isinstance(one, Dispatcher)}.values()
compile_all()
before = {one.__name__: len(one.signatures) for one in kernels}
tree.SLOW = 0
for most in (1, 3):
    solve_cover(towns(most), 6, Budget(60.0), 2)
print({one.__name__ for one in kernels if len(one.signatures) > before[one.__name__]} or "nothing")
"""


def towns(most, cells=300, sites=40):
    """Cells that lack up to so many practices around sites that overlap."""
    random = np.random.default_rng(most)
    place, home = random.random((sites, 2)), random.random((cells, 2))
    near = np.hypot(*(home[:, None] - place[None]).transpose(2, 0, 1)) < 0.14
    need = random.integers(1, most + 1, cells)
    return make_problem([np.flatnonzero(row) for row in near], random.integers(1, 30, cells), need, sites)


def searched(problem, add):
    """A search that has come to its end."""
    state = State(reduce(problem, add).cells, add, Pool(3, True), Watch(Budget(math.inf), maximizing=True))
    search(state)
    return state


def steps_taken(state):
    return [desk.master.steps for desk in state.desks]


def test_a_search_takes_the_same_way_while_another_thread_is_busy():
    """The same placements, bound and steps of the simplex method in both programs."""
    problem, over = towns(3), threading.Event()
    alone = searched(problem, 6)

    def be_busy():
        while not over.is_set():
            np.random.default_rng(0).random(10_000).sum()

    beside = threading.Thread(target=be_busy)
    beside.start()
    try:
        again = searched(problem, 6)
    finally:
        over.set()
        beside.join()
    assert 2 == len(alone.desks)
    assert min(steps_taken(alone)) > 0
    assert steps_taken(alone) == steps_taken(again)
    assert (alone.pool.placements, alone.bound) == (again.pool.placements, again.bound)


def test_nothing_is_left_to_compile_once_all_is_compiled():
    """In a process of its own, where a larger question of each kind finds every kernel made."""
    command = [sys.executable, "-c", COMPILED]
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=_with_tests())
    assert "nothing" == found.stdout.strip()


def _with_tests():
    """This process's folders of modules, for another one."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
