"""Unit strings and the few conversions between them. Inside the house: metres, minutes, people, as floats."""

METRES = "m"
MINUTES = "min"
PEOPLE = "people"
SHARE = "share"
PER_1000 = "per 1,000 people"
NONE = ""

METRES_PER_KM = 1000.0
MINUTES_PER_HOUR = 60.0
SECONDS_PER_MINUTE = 60.0


def minutes_for(metres: float, kmh: float) -> float:
    """Minutes needed for a distance in metres at a speed in km/h."""
    return metres / METRES_PER_KM / kmh * MINUTES_PER_HOUR


def km(metres: float) -> float:
    """Metres as kilometres, for showing only."""
    return metres / METRES_PER_KM
