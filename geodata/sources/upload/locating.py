"""Where a row without coordinates is: by its address, or by its number in the national register. Nothing is guessed.

What is known on this machine goes before the register, and both before a service, asked only if it is switched on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from geodata.facts import Facts, no_rows
from geodata.geocoding import AMBIGUOUS, Candidate, Gazetteer, Lookup, plain_address
from geodata.geocoding.gazetteer import Online
from geodata.register import REGISTER, in_force
from geodata.sources.upload.wording import Expected, WrongValueError

BY_LIST, BY_ADDRESS, BY_REGISTER, BY_SERVICE = "list", "address", "register", "service"
KNOWN = Expected("en adresse, der findes på kortet, eller koordinater", "an address on the map, or coordinates")
SERVICE = "adressevaelger"


@dataclass(frozen=True)
class Located:
    """Where a row is, by what (a code of `facts.PLACED_BY`), and the known address or unit that it was found as."""

    candidate: Candidate
    by: str


@dataclass(frozen=True)
class Whereabouts:
    """What rows without coordinates are found by.

    Parameters
    ----------
    gazetteer : addresses on this machine, and perhaps a service
    register : table REGISTER
    day : on which units of the register must be open
    """

    gazetteer: Gazetteer = field(default_factory=lambda: Gazetteer(()))
    register: pd.DataFrame = field(default_factory=lambda: no_rows(REGISTER))
    day: date = field(default_factory=date.today)

    def practice(self, address: str, ydernummer: str, sor_id: str) -> Located:
        """Where a practice's row is.

        Raises
        ------
        WrongValueError : as `found_or_refused`
        """
        here = self.gazetteer.find(address, ask=False)
        if here.found is not None:
            return located(here.found)
        unit = self._unit(address, ydernummer, sor_id)
        return unit if unit is not None else self.place(address)

    def place(self, address: str) -> Located:
        """Where an address is; raises as `found_or_refused`."""
        return located(found_or_refused(self.gazetteer.find(address)))

    def _unit(self, address: str, ydernummer: str, sor_id: str) -> Located | None:
        """The register's position of a practice, if the register has it at the same address."""
        units = units_of(self.register, ydernummer, sor_id)
        units = units[in_force(units, self.day.isoformat()) & units["x"].notna() & units["address"].notna()]
        same = units[units["address"].map(plain_address) == plain_address(address)] if len(units) else units
        if same.empty:
            return None
        unit = same.iloc[0]
        return Located(Candidate(str(unit["address"]), float(unit["x"]), float(unit["y"]), "sor_entities"), BY_REGISTER)


def whereabouts_of(facts: Facts, day: date, online: Online | None = None) -> Whereabouts:
    """What facts know of practices: addresses of registers and maps, and the register. Former lists are left out."""
    return Whereabouts(Gazetteer((facts.addresses,), online), facts.register, day)


def whereabouts_of_premises(facts: Facts, day: date, online: Online | None = None) -> Whereabouts:
    """What facts know of premises: addresses of registers and maps, of practices, and of premises known already.

    Practices that are invented for a real region stand at no address of theirs, and are left out.
    """
    known = facts.locations if facts.region.data == "sample" else facts.locations[facts.locations["placed_by"].notna()]
    frames = (facts.addresses, _sourced(known, "locations"), _sourced(facts.premises, "premises"))
    return Whereabouts(Gazetteer(frames, online), facts.register, day)


def units_of(register: pd.DataFrame, ydernummer: str, sor_id: str) -> pd.DataFrame:
    """Rows of REGISTER with a practice number; where there are none, those of a SOR id."""
    by_number = register[(register["ydernummer"] == ydernummer).fillna(False).astype(bool)]
    if len(by_number) or not sor_id:
        return by_number
    return register[(register["sor_id"] == sor_id) | (register["unit_id"] == sor_id)]


def located(candidate: Candidate) -> Located:
    """A found address, and by what it was found."""
    return Located(candidate, BY_SERVICE if candidate.source == SERVICE else BY_ADDRESS)


def found_or_refused(lookup: Lookup) -> Candidate:
    """The address found.

    Raises
    ------
    WrongValueError : "ambiguous" with the addresses it could be, "near" with those that come near, or "address"
    """
    if lookup.found is not None:
        return lookup.found
    if not lookup.candidates:
        raise WrongValueError("address", KNOWN)
    shown = _listed(lookup.candidates)
    if lookup.state == AMBIGUOUS:
        expected = Expected(f"koordinater; den kan være {shown}", f"coordinates; it may be {shown}")
        raise WrongValueError("ambiguous", expected, candidates=lookup.candidates)
    expected = Expected(f"koordinater, eller måske {shown}", f"coordinates, or perhaps {shown}")
    raise WrongValueError("near", expected, candidates=lookup.candidates)


def _listed(candidates: Sequence[Candidate]) -> str:
    return "; ".join(f"{one.label} ({one.x:.0f} {one.y:.0f})" for one in candidates)


def _sourced(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    return frame[["address", "x", "y"]].assign(source=source)
