"""Premises near a site: ranked ones within a walk of it, the best first."""

from typing import Any

import numpy as np

from app import language as say
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from geodata import crs

RULE = "premises_near"
DECIMALS = 6
"""Of a degree."""


class NearPremises:
    """Finds premises of one publication near points; those that fail a requirement have no rank and are left out."""

    def __init__(self, publication: Publication, lang: Lang) -> None:
        self.lang, rows = lang, publication.premises.frame
        self._rows = rows[rows["rank"].notna()].reset_index(drop=True)
        self._xy = np.column_stack([self._rows.geometry.x, self._rows.geometry.y]).reshape(-1, 2)
        self._rule = publication.study.rules.value(RULE)

    def near(self, lon: float, lat: float) -> list[dict[str, Any]]:
        """Premises near a point in degrees, ready for JSON."""
        away = np.hypot(*(self._xy - np.array(crs.to_inside(lon, lat), dtype=float)).T)
        near = np.flatnonzero(away <= self._rule["metres"])
        order = near[np.argsort(self._rows["rank"].to_numpy(dtype=float)[near], kind="stable")]
        return [self._one(int(i), float(away[i])) for i in order[: int(self._rule["most"])]]

    def heading(self, found: list[dict[str, Any]]) -> str:
        """How many there are, and within what distance."""
        n = say.count(len(found), "premises", self.lang)
        return text("site.premises", self.lang, n=n, d=say.metres(self._rule["metres"], self.lang))

    def _one(self, i: int, away: float) -> dict[str, Any]:
        row = self._rows.iloc[i]
        lon, lat = crs.from_inside(*self._xy[i])
        named = next(str(row[key]) for key in ("name", "address", "premises_id") if isinstance(row[key], str))
        score, metres = say.number(row["score"], self.lang), say.metres(round(away), self.lang)
        return {
            "premises_id": str(row["premises_id"]),
            "name": named,
            "rank": int(row["rank"]),
            "score": round(float(row["score"]), 1),
            "metres": round(away),
            "lon": round(float(lon), DECIMALS),
            "lat": round(float(lat), DECIMALS),
            "text": f"{named} ({text('premises.score', self.lang, n=score)}, {metres})",
        }
