"""Which cell each pixel of the map's pictures shows, for a browser that paints the cells itself.

A picture is written as runs of pixels, row by row from the north-west, that show the same cell:

    uint32 columns, rows, runs           little-endian
    uint16 length of each run            a longer run is written as several
    uint16 zero, where runs is odd       so that what follows is aligned
    int32  difference of each run's cell number to that of the run before, the first to 0

A cell's number counts from 1 in the order of the collection `cells`; 0 is no cell. The pixels are those of the PNG of
the same part and scale, so that both lie on each other to the pixel.
"""

import numpy as np
from numpy.typing import NDArray

from app.publish.collections import Publication
from app.publish.legend import LAYERS, classes

LONGEST_RUN = 65_535


def cell_runs(publication: Publication, part: str, overview: bool) -> bytes:
    """The runs of a part of the region, at overview or true to scale.

    Raises
    ------
    KeyError : there is no such part
    """
    canvas = publication.canvases[part]
    owners = canvas.owners(overview)
    inside = publication.study.facts.cells["kommunekode"].isin(canvas.part.codes).to_numpy()
    numbers = np.append(np.flatnonzero(inside) + 1, 0).astype(np.int32)
    return packed_runs(numbers[owners])


def packed_runs(numbers: NDArray[np.int32]) -> bytes:
    """A picture of cell numbers as bytes."""
    flat = numbers.ravel()
    starts = np.flatnonzero(np.diff(flat, prepend=flat[0] - 1))
    lengths = np.diff(starts, append=flat.size)
    pieces = -(-lengths // LONGEST_RUN)
    cells = np.repeat(flat[starts], pieces)
    short = np.full(len(cells), LONGEST_RUN, dtype=np.int64)
    last = np.cumsum(pieces) - 1
    short[last] = lengths - (pieces - 1) * LONGEST_RUN
    rows, columns = numbers.shape
    head = np.array([columns, rows, len(cells)], dtype="<u4").tobytes()
    pad = b"\0\0" * (len(cells) % 2)
    return head + short.astype("<u2").tobytes() + pad + np.diff(cells, prepend=0).astype("<i4").tobytes()


def cell_classes(publication: Publication) -> bytes:
    """Class of choice of each cell today, uint8, in the order of the collection `cells`."""
    cells = publication.study.findings.cells.set_index("cell_id").loc[publication.study.facts.cells["cell_id"]]
    return classes(LAYERS["choice"], cells).tobytes()
