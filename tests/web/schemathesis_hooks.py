"""What no schema can say of OGC API parameters; the tests of the routes ask for these cases themselves."""

import schemathesis


@schemathesis.hook
def filter_query(context, query):
    """Drop boxes on their heads, and intervals that end before they begin."""
    asked = query or {}
    return upright(asked.get("bbox")) and forward(asked.get("datetime"))


def numbers(value):
    """A parameter as numbers, whether it was written out already or not; nothing where it is none."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
    try:
        return [float(part) for part in parts]
    except (TypeError, ValueError):
        return []


def upright(box):
    """Whether the lower corner comes before the upper; what is no box at all is kept."""
    found = numbers(box)
    half = len(found) // 2
    return len(found) not in (4, 6) or (found[0] <= found[half] and found[1] <= found[half + 1])


def forward(interval):
    """Whether an interval's first day comes before its last."""
    first, _, last = str(interval or "").partition("/")
    return not (first[:1].isdigit() and last[:1].isdigit()) or first[:10] <= last[:10]
