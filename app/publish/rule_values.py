"""The rules in force with their values as a reader sees them."""

from typing import Any

from app import language as say
from app.language import Lang
from app.publish.copy import text, word
from app.publish.provenance import Provenance


def rule_rows(provenance: Provenance, lang: Lang) -> list[dict[str, Any]]:
    """Every rule as in `Provenance.rules`; each value has `shown`, in words, and `where`, names of municipalities."""
    region = provenance.study.facts.region
    known = {m.code: m.name for m in (*region.municipalities, *region.neighbours)}
    rules = provenance.rules(lang)
    for rule in rules:
        for value in rule["values"]:
            places = [known[code] for code in value["municipalities"] if code in known]
            value["where"] = ", ".join(places) or text("data.everywhere", lang)
            value["shown"] = shown(value["value"], rule["unit"], lang)
    return rules


def shown(value: Any, unit: str, lang: Lang) -> str:
    """A rule's value with its unit."""
    if isinstance(value, dict):
        return "; ".join(f"{word(f'rule.{key}', key, lang)}: {shown(part, '', lang)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(shown(part, "", lang) for part in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return word(f"rule.{value}", str(value), lang)
    return f"{say.as_needed(value, lang, 3)} {word(f'rule.{unit}', unit, lang)}".strip()
