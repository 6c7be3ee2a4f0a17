"""Every colour of maps and pages, once; the stylesheet repeats them and a test compares.

Measured with WCAG contrast and CIEDE2000 under simulated colour-vision deficiencies (Machado et al. 2009).
"""

CHOICE = ("#6e1d05", "#dc6a12", "#a3c8de", "#dbe8f0")
MINUTES = ("#dceceb", "#a4d0c9", "#5fa9a3", "#2a7377", "#123c45")
PRESSURE = ("#f3f1ea", "#f6dfb0", "#f0b35e", "#cf6f17", "#6e2a00")
RESIDENTS = ("#e3e6e9", "#c3cad1", "#949ea8", "#66717b", "#353f48")
AGES = ("#efe9f4", "#cdbbdc", "#a385bd", "#754f97", "#45205f")
CHANGE = {"falls": "#4a2500", "short": "#d9b48f", "same": "#e9ebed", "more": "#a5d6ce", "lifted": "#12806f"}
NEW_SITE = "#5b2a86"

LAND = "#f7f6f2"
LAND_OUTSIDE = "#e6e7e4"
WATER = "#d9e4ea"
BORDER = "#4f5b65"
ROAD = "#cfcabd"
LITTLE_CHOICE = "#3a1000"
LABEL = "#24323d"
SEA_LABEL = "#47677d"

INK = "#1b2a36"
SOFT = "#4a5a66"
LINK = "#00558c"
HEADER = "#0b3c5d"
PROPOSAL = "#5b2a86"
LIFTED = "#12806f"
CONTROL = "#63717c"
BANNER = "#fff3cd"
BANNER_EDGE = "#8a5a00"
ERROR = "#b3261e"
OK = "#0b6b3a"
GAIN = "#01665e"
LOSS = "#8c510a"

CSS = {
    "ink": INK,
    "soft": SOFT,
    "link": LINK,
    "header": HEADER,
    "control": CONTROL,
    "banner": BANNER,
    "banner-edge": BANNER_EDGE,
    "error": ERROR,
    "ok": OK,
    "gain": GAIN,
    "loss": LOSS,
    "land": LAND,
    "land-outside": LAND_OUTSIDE,
    "water": WATER,
    "border": BORDER,
    "little-choice": LITTLE_CHOICE,
    "map-label": LABEL,
    "sea-label": SEA_LABEL,
    **{f"choice-{i}": colour for i, colour in enumerate(CHOICE)},
    **{f"minutes-{i}": colour for i, colour in enumerate(MINUTES)},
    **{f"pressure-{i}": colour for i, colour in enumerate(PRESSURE)},
    "new-site": NEW_SITE,
    **{f"change-{name}": colour for name, colour in CHANGE.items()},
    **{f"residents-{i}": colour for i, colour in enumerate(RESIDENTS)},
    **{f"ages-{i}": colour for i, colour in enumerate(AGES)},
}
"""Name of each custom property of the stylesheet -> its colour."""


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a `#rrggbb` colour, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
