"""Legends and colours: the same classes everywhere, told apart by everybody."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from app.language import LANGS
from app.publish import palette
from app.publish.legend import LAYERS
from app.publish.vendor import STATIC, STYLE, read

TEMPLATES = Path(str(files("app.publish"))) / "templates"

DANISH = {
    "choice": ["Ingen", "1", "2–4", "5 eller flere"],
    "minutes_bike": [
        "Højst 5\u00a0min.",
        "Over 5 til 10",
        "Over 10 til 15",
        "Over 15 til 20",
        "Over 20\u00a0min.",
    ],
    "pressure": [
        "Højst 90\u00a0%",
        "Over 90 til 100\u00a0%",
        "Over 100 til 105\u00a0%",
        "Over 105 til 110\u00a0%",
        "Over 110\u00a0%",
    ],
    "residents": ["1–4", "5–14", "15–39", "40–99", "100 eller flere"],
}
ENGLISH = {
    "choice": ["None", "1", "2–4", "5 or more"],
    "minutes_bike": ["At most 5\u00a0min", "Over 5 to 10", "Over 10 to 15", "Over 15 to 20", "Over 20\u00a0min"],
    "residents": ["1–4", "5–14", "15–39", "40–99", "100 or more"],
}


TEXT, GRAPHICS = 4.5, 3.0
"""Least contrast of WCAG 2.1 AA for text and for what else must be seen."""


def luminance(colour):
    """Relative luminance of a `#rrggbb` colour, 0 to 1 (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("lang", "expected"), [("da", DANISH), ("en", ENGLISH)])
def test_classes_have_their_words(lang, expected):
    """Every class is told in both languages."""
    for layer, words in expected.items():
        assert words == [swatch.label(lang) for swatch in LAYERS[layer].swatches]


def test_titles_name_the_mode():
    """Minutes say by what mode, in both languages."""
    assert "Rejsetid til nærmeste åbne praksis (cykel)" == LAYERS["minutes_bike"].label("da")
    assert "Travel time to nearest open practice (on foot)" == LAYERS["minutes_walk"].label("en")
    assert all(layer.label(lang) for layer in LAYERS.values() for lang in LANGS)


def stylesheet_colours():
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", read(STYLE)))


def test_the_stylesheet_has_the_colours_of_the_palette():
    """Every colour of the palette stands in the stylesheet under its name, and no other custom colour does."""
    assert palette.CSS == stylesheet_colours()


def test_pages_and_scripts_use_no_other_colour():
    """Whatever is drawn by a template or a script has a colour of the palette, or white."""
    rooms = [TEMPLATES.glob("*.html"), (STATIC / "js").glob("*.js")]
    written = "".join(path.read_text(encoding="utf-8") for paths in rooms for path in paths)
    assert set(re.findall(r"#[0-9a-f]{6}\b", written)) <= set(palette.CSS.values())


@pytest.mark.parametrize(
    ("one", "other", "at_least"),
    [
        ("ink", None, 14.7),
        ("soft", None, 7.1),
        ("link", None, 7.8),
        ("header", None, 11.5),
        ("control", None, 5.0),
        ("error", None, 6.5),
        ("ok", None, 6.6),
        ("ink", "banner", 13.2),
        ("banner-edge", "banner", 5.3),
        ("border", "land", 6.4),
        ("choice-0", "land", 10.5),
        ("choice-1", "land", 3.2),
        ("little-choice", "choice-1", 3.0),
        ("map-label", "choice-3", 4.5),
        ("map-label", "choice-2", 4.5),
        ("sea-label", "water", 4.5),
    ],
)
def test_contrast(one, other, at_least):
    """Pairs of the stylesheet to a decimal (white where no other is named), and WCAG's limits in full."""
    colours = stylesheet_colours()
    found = contrast(colours[one], colours[other] if other else "#ffffff")
    assert round(found, 1) >= at_least
    assert found >= (TEXT if at_least >= TEXT else GRAPHICS)


def lightness(colour):
    """L* of CIE 1976 from relative luminance."""
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.id)
def test_neighbouring_classes_differ_in_grey(layer):
    """In a grey print two classes that follow each other differ by three or more in L*."""
    steps = [abs(lightness(a) - lightness(b)) for a, b in zip(layer.colours, layer.colours[1:], strict=False)]
    assert min(steps) >= 3


def test_contrast_of_black_and_white():
    """The formula gives 21 for black on white and 1 for a colour on itself."""
    assert 21 == pytest.approx(contrast("#000000", "#ffffff"))
    assert 1 == pytest.approx(contrast("#dc6a12", "#dc6a12"))
