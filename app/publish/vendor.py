"""Scripts and styles of pages and files: all of them lie here in the house, none is fetched from elsewhere."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath

from markupsafe import Markup

from app.errors import ExportError

STATIC = Path(str(files("app"))) / "web" / "static"
STYLE = "css/laegevalg.css"
EDIT_STYLE = "css/edit.css"
PBF = "vendor/pbf/pbf.js"
VENDORED = {"leaflet.js": "vendor/leaflet/leaflet.js", "leaflet.css": "vendor/leaflet/leaflet.css"}
"""What Folium asks for by its file name -> the file here."""
UNUSED = frozenset(
    {
        "jquery-3.7.1.min.js",
        "bootstrap.bundle.min.js",
        "bootstrap.min.css",
        "bootstrap-glyphicons.css",
        "all.min.css",
        "leaflet.awesome-markers.js",
        "leaflet.awesome-markers.css",
        "leaflet.awesome.rotate.min.css",
    }
)
"""What Folium puts into every page and our maps do without."""
MAP_SCRIPTS = ("js/labels.js", "js/symbols.js", "js/map.js", "js/choice.js", "js/points.js", "js/hover.js")
SINGLE_SCRIPTS = (*MAP_SCRIPTS, "js/cellwords.js")
SITES_SCRIPTS = ("js/labels.js", "js/symbols.js", "js/map.js", "js/sites.js")
PREMISES_SCRIPTS = (*MAP_SCRIPTS, "js/premises.js")
EDIT_SCRIPTS = (
    *MAP_SCRIPTS,
    "js/cells.js",
    "js/changes.js",
    "js/scenario.js",
    "js/markers.js",
    "js/effect.js",
    "js/edit.js",
    "js/saved.js",
)
ADDRESS = re.compile(r"""(?:src|href)=["']([^"']+)["']""")
CSS_URL = re.compile(r"url\((?!data:|#)[\"']?([^)\"']+)[\"']?\)")


@dataclass(frozen=True, slots=True)
class Assets:
    """Elements for the head and the end of a page."""

    styles: tuple[Markup, ...]
    scripts: tuple[Markup, ...]


def required(header: str) -> list[str]:
    """The vendored files that a Folium header asks for.

    Raises
    ------
    ExportError : it asks for a file that is not vendored
    """
    asked = [PurePosixPath(address).name for address in ADDRESS.findall(header)]
    strange = sorted(name for name in asked if name not in VENDORED and name not in UNUSED)
    if strange:
        raise ExportError(f"the map needs {', '.join(strange)}, which is not vendored in app/web/static/vendor; add it")
    return [VENDORED[name] for name in asked if name in VENDORED]


def linked(vendored: list[str], map_script: str, own: Sequence[str] = MAP_SCRIPTS) -> Assets:
    """Assets of a served page: addresses below /static, and the address of the map's script."""
    styles = [name for name in vendored if name.endswith(".css")] + [STYLE]
    scripts = [name for name in vendored if name.endswith(".js")]
    sources = [*(static_url(name) for name in scripts), map_script, *(static_url(name) for name in own)]
    return Assets(
        tuple(stylesheet(name) for name in styles),
        tuple(Markup('<script src="{}" defer></script>').format(source) for source in sources),
    )


def stylesheet(name: str = STYLE) -> Markup:
    """A link to a stylesheet of the house."""
    return Markup('<link rel="stylesheet" href="{}">').format(static_url(name))


def static_url(name: str) -> str:
    """Address of a static file; it changes when the file does, so that it can be kept for ever."""
    return f"/static/{name}?v={_fingerprint(name)}"


def inlined(vendored: list[str], map_script: str, own: Sequence[str] = MAP_SCRIPTS) -> Assets:
    """Assets of a single file: everything written into it."""
    styles = [name for name in vendored if name.endswith(".css")] + [STYLE]
    scripts = [read(name) for name in vendored if name.endswith(".js")]
    scripts += [map_script, *(read(name) for name in own)]
    return Assets(
        tuple(Markup("<style>") + Markup(_inline_css(name)) + Markup("</style>") for name in styles),
        tuple(Markup("<script>") + Markup(_safe(script)) + Markup("</script>") for script in scripts),
    )


@cache
def read(name: str) -> str:
    """Text of a static file."""
    return (STATIC / name).read_text(encoding="utf-8")


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def _inline_css(name: str) -> str:
    folder = (STATIC / name).parent

    def embed(match: re.Match[str]) -> str:
        data = base64.b64encode((folder / match.group(1)).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{data})"

    return CSS_URL.sub(embed, read(name))


def _safe(script: str) -> str:
    """A script that cannot end its own element; addresses of source maps are left out."""
    without_map = re.sub(r"//# sourceMappingURL=\S+", "", script)
    return without_map.replace("</script", "<\\/script")
