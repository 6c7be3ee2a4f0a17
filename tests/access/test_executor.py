"""Whoever computes the parts, the answer is the same; and workers may die in the middle."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from distributed import LocalCluster

from app.access.engine import engine_named
from app.access.sweep.engine import SweepEngine
from app.access.sweep.executor import TRIES, Dask, Processes, Threads, _insist
from app.access.trips import Ends, Trips
from app.errors import QuestionError
from geodata.network.graph import make_graph

SIDE, PLACES = 60, 1500


@pytest.fixture(scope="module")
def trips():
    """A town of 3,600 junctions, and 1,500 places at random ones: 24 batches, 12 parts."""
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    u, v = (
        np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()]),
        np.concatenate([node[:, 1:].ravel(), node[1:].ravel()]),
    )
    rng = np.random.default_rng(8)
    cost, yes = rng.integers(1, 900, len(u)) / 600, np.ones(len(u), dtype=bool)
    xy = np.column_stack(np.divmod(node.ravel(), SIDE)).astype(float)
    graph = make_graph("drive", xy, u, v, cost, cost, yes, rng.random(len(u)) < 0.8, yes.astype(str))
    ends = (
        Ends(rng.integers(0, len(u), n).astype(np.int32), rng.random(n), np.zeros(n), np.zeros(n, np.int32))
        for n in (400, PLACES)
    )
    return Trips(graph, graph.minutes, "min", *ends)


@pytest.fixture(scope="module")
def serial(trips):
    return SweepEngine(executor=Threads(1)).within(trips, 40.0)


def assert_same(expected, actual):
    assert len(expected.cell) > 100_000
    for name in ("start", "cell", "value"):
        np.testing.assert_array_equal(getattr(expected, name), getattr(actual, name))


def test_processes_give_the_answer_of_one_thread(trips, serial):
    heard = []
    executor = Processes(2, told=lambda done, of: heard.append((done, of)))
    assert_same(serial, SweepEngine(executor=executor).within(trips, 40.0))
    assert [(i, 12) for i in range(1, 13)] == heard


def test_a_process_killed_in_the_middle_costs_only_its_part(trips, serial):
    """Every part is finished once; those finished before the kill are not asked for again."""
    heard = []

    def kill_one(done, of):
        heard.append(done)
        if done == 1:
            os.kill(next(iter(_children())), signal.SIGKILL)

    assert_same(serial, SweepEngine(executor=Processes(2, told=kill_one)).within(trips, 40.0))
    assert list(range(1, 13)) == heard


def _children():
    """Ids of processes spawned here that run kernels, not those that only watch over shared memory."""
    for entry in Path("/proc").glob("[0-9]*"):
        parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        if parent == os.getpid() and "spawn_main" in (entry / "cmdline").read_text():
            yield int(entry.name)


@pytest.fixture
def cluster():
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as started:
        yield started


@pytest.mark.timeout(240)
def test_one_of_two_dask_workers_is_killed_and_the_answer_is_whole(trips, serial, cluster):
    """The answer equals one thread's, and every part is counted once."""
    worker, heard = next(iter(cluster.workers.values())), []

    def kill_one(done, of):
        heard.append((done, of))
        if done == 1:
            os.kill(worker.pid, signal.SIGKILL)

    executor = Dask(cluster.scheduler_address, told=kill_one)
    assert_same(serial, SweepEngine(executor=executor).within(trips, 40.0))
    assert [(i, 12) for i in range(1, 13)] == heard
    assert_same(serial, engine_named(cluster.scheduler_address).within(trips, 40.0))


def test_an_engine_that_is_named_computes_where_its_name_says(trips, serial):
    """Processes are asked by their name, a scheduler by its address."""
    assert_same(serial, engine_named("processes").within(trips, 40.0))
    with pytest.raises(QuestionError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9"):
        SweepEngine(executor=Dask("tcp://127.0.0.1:9", patience_s=1)).within(trips, 1.0)


def test_parts_that_are_never_finished_are_said():
    """After as many tries as are made."""
    tried = []
    with pytest.raises(QuestionError, match="3 of 3 parts are undone"):
        _insist(lambda left: tried.append(len(left)) or iter(()), [np.arange(1)] * 6, None)
    assert [3] * TRIES == tried
