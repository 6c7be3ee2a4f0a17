"""Need: how much more often residents of an age group see a general practitioner than residents do on average.

weight = contacts each of the group / contacts each of all residents (table SYGK1, source card dst_contacts)
"""

from collections.abc import Mapping

from geodata.facts import Facts

CONTACTS = "contacts"
"""The word by which a question asks for these weights."""


def need_weights(facts: Facts) -> Mapping[str, float]:
    """Age group of the cells -> weight; empty where the facts hold no contacts."""
    rows = facts.need_by_age
    return dict(zip(rows["age_group"], rows["weight"].astype(float), strict=True))
