"""The best placements found so far, all different."""

from bisect import insort

from app.access.matrix import Ints

FLOAT_STEP = 5e-7
"""Placements of real weight that differ by less, relative to their value, count as the same value."""


class Pool:
    """Placements, best first, and the value that others must exceed to be of interest.

    Parameters
    ----------
    keep : how many are looked for
    spare : how many more are remembered
    whole : whether all values are whole numbers
    within : share of the best that a placement must reach to be of interest
    """

    def __init__(self, keep: int, whole: bool, within: float = 0.0, spare: int = 0) -> None:
        """Empty."""
        self.keep, self.whole, self.within, self._room = keep, whole, within, keep + spare
        self._held: list[tuple[float, tuple[int, ...]]] = []

    def offer(self, value: float, sites: Ints) -> bool:
        """Take a placement in if it is new and good enough; whether it was taken."""
        key = (-value, tuple(sorted(sites.tolist())))
        if any(key[1] == held for _, held in self._held) or (len(self._held) == self._room and key >= self._held[-1]):
            return False
        insort(self._held, key)
        del self._held[self._room :]
        return key in self._held

    @property
    def placements(self) -> list[tuple[tuple[int, ...], float]]:
        """Sites, ascending, and value; best first."""
        return [(sites, -value) for value, sites in self._held]

    @property
    def best(self) -> float:
        """Value of the best."""
        return -self._held[0][0] if self._held else 0.0

    @property
    def needed(self) -> float:
        """A part of the placements whose bound is below this holds none that is worth looking for."""
        if len(self._held) < self.keep:
            return self.within * self.best
        last = -self._held[self.keep - 1][0]
        return max(last + 1.0 if self.whole else last * (1.0 + FLOAT_STEP), self.within * self.best)
