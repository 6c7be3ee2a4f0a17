"""Speeds in km/h from OpenStreetMap tags, and the speeds of streets that have none."""

import re
from collections.abc import Mapping

KMH_PER_UNIT = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
"""Units of the OpenStreetMap wiki, Key:maxspeed."""

NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots)?")


def parse_kmh(text: str, names: Mapping[str, float]) -> float | None:
    """A tagged speed in km/h: "50", "30 mph", "DK:urban" (by `names`) or their mean in "50;80" and "50|80".

    Returns
    -------
    None when no part of the text is a speed above nought; osmnx, too, averages several values
    """
    parts = [_one(part.strip(), names) for part in re.split(r"[;|]", text)]
    speeds = [kmh for kmh in parts if kmh]
    return sum(speeds) / len(speeds) if speeds else None


def _one(part: str, names: Mapping[str, float]) -> float | None:
    if part in names:
        return names[part]
    number = NUMBER.fullmatch(part)
    return float(number[1]) * KMH_PER_UNIT[number[2] or ""] if number else None
