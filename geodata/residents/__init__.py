"""Residents by 100 m cell, from census squares, municipal totals and what maps know of the ground."""

from geodata.residents.cells import Residents, residents_of
from geodata.residents.evidence import Evidence
from geodata.residents.tables import CENSUS, TOTALS

__all__ = ["CENSUS", "TOTALS", "Evidence", "Residents", "residents_of"]
