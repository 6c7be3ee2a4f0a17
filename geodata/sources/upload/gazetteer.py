"""Addresses whose place is known, by which a row without coordinates is found."""

import math
import re
from collections.abc import Iterable

import pandas as pd

from geodata.sources.upload.form import plain
from geodata.sources.upload.wording import Expected, WrongValueError

Point = tuple[float, float]
POSTCODE = re.compile(r"\b\d{4}\b")
SAME_PLACE_M = 100.0
KNOWN = Expected("en adresse, der findes på kortet, eller koordinater", "an address on the map, or coordinates")


class Gazetteer:
    """Points by address, with and without its postcode.

    Parameters
    ----------
    frames : tables with address, x and y
    """

    def __init__(self, frames: Iterable[pd.DataFrame]) -> None:
        self._points: dict[str, list[Point]] = {}
        for frame in frames:
            for address, x, y in zip(frame["address"], frame["x"], frame["y"], strict=True):
                if isinstance(address, str):
                    for word in {plain(address), without_postcode(address)}:
                        self._points.setdefault(word, []).append((float(x), float(y)))

    def find(self, address: str) -> Point:
        """The point of an address in EPSG:25832.

        Raises
        ------
        WrongValueError : "address" where it is not known, or stands in several places
        """
        points = self._points.get(plain(address)) or self._points.get(without_postcode(address)) or []
        if not points or any(math.dist(points[0], point) > SAME_PLACE_M for point in points):
            raise WrongValueError("address", KNOWN)
        return points[0]


def without_postcode(address: str) -> str:
    """An address as it is compared, without the four digits of its postcode."""
    return " ".join(POSTCODE.sub(" ", plain(address)).split())
