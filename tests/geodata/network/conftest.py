"""Small OpenStreetMap files on a metre grid, written by hand."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from pyproj import Geod

ORIGIN = (12.5, 55.7)
ELLIPSOID = Geod(ellps="GRS80")

Way = tuple[Sequence[int], Mapping[str, str]]
Signs = Mapping[int, Mapping[str, str]]
NO_SIGNS: Signs = {}


def place(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude so many metres east and north of the origin."""
    lon, lat, _ = ELLIPSOID.fwd(*ORIGIN, 90, east)
    lon, lat, _ = ELLIPSOID.fwd(lon, lat, 0, north)
    return lon, lat


@pytest.fixture
def osm_file(tmp_path: Path) -> Callable[..., Path]:
    """Write nodes {id: (metres east, north)}, their `signs` {id: tags} and ways [(node ids, tags)] as a .osm file."""

    def write(
        nodes: Mapping[int, tuple[float, float]], ways: Sequence[Way], name: str = "town.osm", signs: Signs = NO_SIGNS
    ) -> Path:
        lines = ['<osm version="0.6">']
        for node, (east, north) in nodes.items():
            lon, lat = place(east, north)
            inside = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in signs.get(node, {}).items())
            lines.append(f'<node id="{node}" lon="{lon:.7f}" lat="{lat:.7f}" version="1">{inside}</node>')
        for number, (refs, tags) in enumerate(ways, start=1):
            inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            inside += "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
            lines.append(f'<way id="{number}" version="1">{inside}</way>')
        path = tmp_path / name
        path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
        return path

    return write
