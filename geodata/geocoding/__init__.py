"""Addresses compared and found: how they are spelled, and where those known on this machine stand.

An address is found where street, number, letter and postcode (or town) are the same after normalisation. Nothing is
guessed: what comes near is listed for a human.
"""

from geodata.geocoding.gazetteer import AMBIGUOUS, FOUND, UNKNOWN, Candidate, Gazetteer, Lookup
from geodata.geocoding.spelling import Address, address_of, plain_address

__all__ = [
    "AMBIGUOUS",
    "FOUND",
    "UNKNOWN",
    "Address",
    "Candidate",
    "Gazetteer",
    "Lookup",
    "address_of",
    "plain_address",
]
