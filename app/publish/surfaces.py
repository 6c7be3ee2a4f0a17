"""Every surface the map page offers: the legend's, the planner's standards, and minutes by each profile's card."""

from dataclasses import replace

from app import language as say
from app.access.findings import MODES
from app.language import LANGS
from app.publish import palette
from app.publish.ages import ages_layer
from app.publish.copy import text
from app.publish.legend import LAYERS, Layer, in_both, minutes_layer, swatches_of
from app.publish.profiles import Profiles, mode_codes
from geodata.network.profile_cards import profile_names, read_profile
from geodata.rules import RuleSet
from geodata.tables import Code

SURFACES = ("choice", "minutes", "standard", "pressure", "residents", "ages")
"""What the reader chooses between; those of `TRAVELLED` by a mode or a profile of one."""
TRAVELLED = ("minutes", "standard")


def travel_names() -> tuple[str, ...]:
    """Names of the modes, then of the profiles that have a card."""
    modes = tuple(mode.value for mode in MODES)
    return (*modes, *(name for name in profile_names() if name not in modes))


def travel_codes(profiles: Profiles) -> tuple[Code, ...]:
    """Modes and profiles with their labels; a mode travelled by a profile is called by it."""
    modes = mode_codes(profiles)
    cards = [read_profile(name) for name in travel_names()[len(modes) :]]
    return (*modes, *(Code(card.name, card.title, card.title_da) for card in cards))


def surface_id(layer: str, by: str) -> str:
    """Id of the layer a choice of surface and mode or profile names."""
    return f"{layer}_{by}" if layer in TRAVELLED else layer


def surfaces(rules: RuleSet, profiles: Profiles) -> dict[str, Layer]:
    """Every surface by its id.

    Parameters
    ----------
    rules : of the study; they hold the standards
    profiles : by which the study's modes are travelled
    """
    codes = travel_codes(profiles)
    found = {"choice": LAYERS["choice"]}
    for make in (_minutes, _standard):
        for code in codes:
            layer = make(code, rules)
            found[layer.id] = layer
    ages = ages_layer(rules.number("smallest_published_count"))
    return found | {name: LAYERS[name] for name in SURFACES if name in LAYERS} | {ages.id: ages}


def _mode(code: Code) -> tuple[str, str]:
    """The mode of a mode or profile, and the profile where it is one."""
    modes = [mode.value for mode in MODES]
    return (code.value, "") if code.value in modes else (read_profile(code.value).network, code.value)


def _minutes(code: Code, _: RuleSet) -> Layer:
    mode, profile = _mode(code)
    layer = minutes_layer(mode, code.title, code.title_da)
    return replace(layer, id=surface_id("minutes", code.value), profile=profile)


def _standard(code: Code, rules: RuleSet) -> Layer:
    """Whether a cell reaches as many open practices within the minutes as the planner's standard for the mode asks."""
    mode, profile = _mode(code)
    asked = rules.value(f"standard_{mode}")
    names = {"en": code.title, "da": code.title_da}
    title = {
        lang: text(
            "layer.standard_title",
            lang,
            practices=say.count(asked["open"], "open_practice", lang),
            m=say.minutes(asked["minutes"], lang),
            mode=names[lang],
        )
        for lang in LANGS
    }
    swatches = swatches_of((palette.CHOICE[0], palette.CHOICE[-1]), [in_both("layer.not_met"), in_both("layer.met")])
    column, lower = f"open_within_standard_{mode}", (0, asked["open"])
    return Layer(
        surface_id("standard", code.value), column, title["en"], title["da"], swatches, lower=lower, profile=profile
    )
