"""Who computes which part of an answer: threads here, processes here, or the workers of a Dask scheduler.

A part is some batches of destinations. Parts are independent and every number is exact, so the answer is the same
whoever computes what, in whatever order, and however often a part is begun again.
"""

import logging
import multiprocessing
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from app.access.matrix import Ints
from app.access.sweep.question import Question, Rows, answer
from app.errors import QuestionError

LOG = logging.getLogger(__name__)

Batches = Sequence[Ints]
Told = Callable[[int, int], None]
"""Called with how many parts are finished and how many there are."""
BATCHES_IN_PART = 2
"""Batches that a process or a far worker is handed at a time; what is lost when it dies."""
TRIES = 5
"""How often what dead workers left undone is handed out again."""


class Executor(Protocol):
    """Computes rows for batches of destinations."""

    def answers(self, question: Question, batches: Batches) -> list[Rows]:
        """Rows of every batch, in order.

        Raises
        ------
        QuestionError : workers died again and again, or none can be reached
        """
        ...


class Threads:
    """Threads of this process; kernels run without the interpreter's lock.

    Parameters
    ----------
    count : how many; all cores without
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = count or os.cpu_count() or 1

    def answers(self, question: Question, batches: Batches) -> list[Rows]:
        """See `Executor.answers`."""
        parts = _parts(batches, -(-len(batches) // self._count))
        with ThreadPoolExecutor(self._count) as pool:
            return [rows for part in pool.map(partial(answer, question), parts) for rows in part]


class Processes:
    """Processes of this machine, which share the question as memory-mapped files and answer in files.

    Only short messages go through the pipes between processes: one that dies in the middle of a long one would leave
    the others waiting for the rest of it.

    Parameters
    ----------
    count : how many; as many as cores without
    told : hears of every finished part
    """

    def __init__(self, count: int | None = None, told: Told | None = None) -> None:
        self._count, self._told = count or os.cpu_count() or 1, told

    def answers(self, question: Question, batches: Batches) -> list[Rows]:
        """See `Executor.answers`."""
        with tempfile.TemporaryDirectory(prefix="laegevalg-") as folder:
            path = Path(folder) / "question.pickle"
            write_shared(path, question)
            return _insist(partial(self._try, str(path)), batches, self._told)

    def _try(self, path: str, parts: dict[int, Batches]) -> Iterator[tuple[int, list[Rows]]]:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self._count, mp_context=spawn) as pool:
            number = {pool.submit(answer_shared, path, part): i for i, part in parts.items()}
            for future in as_completed(number):
                yield number[future], read_rows(Path(future.result()))


class Dask:
    """The workers of a Dask scheduler; the question is shipped to each once. Needs the extra `dask`.

    Parameters
    ----------
    address : of the scheduler, tcp://host:port
    told : hears of every finished part
    patience_s : seconds to wait for the scheduler
    """

    def __init__(self, address: str, told: Told | None = None, patience_s: float = 30.0) -> None:
        self._address, self._told, self._patience_s = address, told, patience_s

    def answers(self, question: Question, batches: Batches) -> list[Rows]:
        """See `Executor.answers`."""
        from distributed import Client  # noqa: PLC0415  an optional extra

        try:
            client = Client(self._address, set_as_default=False, timeout=self._patience_s)
        except OSError as error:
            raise QuestionError(f"no Dask scheduler answers at {self._address}: {error}") from error
        with client, client.as_current():
            return _insist(partial(_try_dask, client, question), batches, self._told)


def _try_dask(client: Any, question: Question, parts: dict[int, Batches]) -> Iterator[tuple[int, list[Rows]]]:
    from distributed import as_completed as in_order_of_ending  # noqa: PLC0415

    held = client.scatter(question, broadcast=True, hash=False)
    number = {client.submit(answer, held, part, pure=False): i for i, part in parts.items()}
    for future in in_order_of_ending(list(number)):
        if future.status == "finished":
            yield number[future], future.result()
        future.release()


Attempt = Callable[[dict[int, Batches]], Iterable[tuple[int, list[Rows]]]]


def _insist(attempt: Attempt, batches: Batches, told: Told | None) -> list[Rows]:
    """Hand out parts until all are finished; what is finished is kept when workers die."""
    parts = dict(enumerate(_parts(batches, BATCHES_IN_PART)))
    found: dict[int, list[Rows]] = {}
    for again in range(TRIES):
        left = {i: part for i, part in parts.items() if i not in found}
        if not left:
            break
        if again:
            LOG.warning("workers died; %d of %d parts are handed out again", len(left), len(parts))
        try:
            for i, rows in attempt(left):
                found[i] = rows
                if told:
                    told(len(found), len(parts))
        except (BrokenProcessPool, OSError, TimeoutError) as error:
            LOG.warning("workers were lost: %s", error)
    if len(found) < len(parts):
        raise QuestionError(f"workers died {TRIES} times; {len(parts) - len(found)} of {len(parts)} parts are undone")
    return [rows for i in range(len(parts)) for rows in found[i]]


def _parts(batches: Batches, size: int) -> list[Batches]:
    return [batches[i : i + size] for i in range(0, len(batches), max(size, 1))]


def write_shared(path: Path, question: Question) -> None:
    """Write a question so that other processes can map its arrays: a pickle, and a file for each large array."""
    arrays: list[np.ndarray[Any, Any]] = []
    with path.open("wb") as file:
        pickler = pickle.Pickler(
            file, protocol=5, buffer_callback=lambda buffer: arrays.append(np.asarray(buffer.raw()))
        )
        pickler.dump(question)
    for i, array in enumerate(arrays):
        np.save(path.with_suffix(f".{i}.npy"), array)


@lru_cache(maxsize=1)
def read_shared(path: str) -> Question:
    """A question with its arrays memory-mapped: one copy in memory however many processes read it."""
    names = sorted(Path(path).parent.glob("question.*.npy"), key=lambda name: int(name.suffixes[-2][1:]))
    buffers = [_mapped(name) for name in names]
    question: Question = pickle.loads(Path(path).read_bytes(), buffers=buffers)
    return question


def _mapped(path: Path) -> Any:
    array = np.load(path, mmap_mode="r")
    return array if array.size else np.empty(0, dtype=array.dtype)


def answer_shared(path: str, batches: Batches) -> str:
    """Answer a question written by `write_shared`; the rows are left in a file beside it, whose name is returned."""
    with tempfile.NamedTemporaryFile(dir=Path(path).parent, suffix=".rows", delete=False) as file:
        pickle.dump(answer(read_shared(path), batches), file, protocol=pickle.HIGHEST_PROTOCOL)
    return file.name


def read_rows(path: Path) -> list[Rows]:
    """Rows that a process left in a file, which is removed."""
    rows: list[Rows] = pickle.loads(path.read_bytes())
    path.unlink()
    return rows
