"""Law, agreement, policy and assumption as dated, placed, cited data: one TOML card per rule."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from geodata.errors import CardError

Status = Literal["law", "agreement", "policy", "assumption"]
Standing = Literal["FOUND", "KNOWN", "INFER"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One value of a rule: from when to when, where, and by what source.

    Parameters
    ----------
    value : number, text or table in the rule's unit
    start, end : first and last day it holds; `end` is None while it is open
    municipalities : the codes it holds for; empty means everywhere
    source : where it was read
    standing : FOUND read in a public source, KNOWN general knowledge, INFER own conclusion
    checked : day the source was last read
    """

    value: Any
    start: date
    end: date | None
    municipalities: tuple[str, ...]
    source: str
    standing: Standing
    checked: date

    def holds(self, day: date, municipality: str | None) -> bool:
        """Whether the clause is in force on a day in a municipality (None: only clauses for everywhere)."""
        in_time = self.start <= day and (self.end is None or day <= self.end)
        in_place = not self.municipalities or municipality in self.municipalities
        return in_time and in_place


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule card."""

    id: str
    title: str
    title_da: str
    about: str
    unit: str
    status: Status
    clauses: tuple[Clause, ...]

    def at(self, day: date, municipality: str | None = None) -> Clause:
        """The clause in force: one that names the municipality before one for everywhere, a later before an earlier.

        Raises
        ------
        CardError : no clause holds on that day
        """
        held = [clause for clause in self.clauses if clause.holds(day, municipality)]
        if not held:
            raise CardError(
                f"rule {self.id} has no clause for {day} in {municipality or 'the region'}; add one to its card"
            )
        return max(held, key=lambda clause: (bool(clause.municipalities), clause.start))

    def value(self, day: date, municipality: str | None = None) -> Any:
        """The value in force."""
        return self.at(day, municipality).value


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules, read on one day: what a study computes with."""

    day: date
    rules: Mapping[str, Rule]

    def value(self, rule: str, municipality: str | None = None) -> Any:
        """Value in force of a rule.

        Raises
        ------
        CardError : no such rule, or none in force
        """
        return self.clause(rule, municipality).value

    def clause(self, rule: str, municipality: str | None = None) -> Clause:
        """Clause in force of a rule."""
        if rule not in self.rules:
            raise CardError(f"there is no rule {rule}; the cards hold {', '.join(sorted(self.rules))}")
        return self.rules[rule].at(self.day, municipality)

    def number(self, rule: str, municipality: str | None = None) -> float:
        """Value in force of a rule that is a number."""
        return float(self.value(rule, municipality))


def read_rules(folder: Path | None = None) -> dict[str, Rule]:
    """Read every rule card of a folder (default: the cards that come with the house), by id.

    Raises
    ------
    CardError : a card is not TOML, lacks a field, or two clauses for the same place and time contradict each other
    """
    root = Path(str(files("geodata"))) / "cards" / "rules" if folder is None else folder
    rules = [read_rule(path) for path in sorted(root.glob("*.toml"))]
    return {rule.id: rule for rule in rules}


def read_rule(path: Path) -> Rule:
    """Read one rule card.

    Raises
    ------
    CardError : as `read_rules`
    """
    try:
        card = tomllib.loads(path.read_text(encoding="utf-8"))
        clauses = tuple(_clause(clause) for clause in card["clause"])
        rule = Rule(path.stem, card["title"], card["title_da"], card["about"], card["unit"], card["status"], clauses)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CardError(f"rule card {path.name}: {error!r}; see docs/how-to/rules.md for its fields") from error
    if rule.status not in get_args(Status):
        raise CardError(f"rule card {path.name}: status {rule.status}; expected one of {', '.join(get_args(Status))}")
    _refuse_contradictions(rule)
    return rule


def _clause(card: Mapping[str, Any]) -> Clause:
    standing = card["standing"]
    if standing not in get_args(Standing):
        raise CardError(f"standing {standing}; expected one of {', '.join(get_args(Standing))}")
    return Clause(
        card["value"],
        card["start"],
        card.get("end"),
        tuple(card.get("municipalities", ())),
        card["source"],
        standing,
        card["checked"],
    )


def _refuse_contradictions(rule: Rule) -> None:
    for i, one in enumerate(rule.clauses):
        for other in rule.clauses[i + 1 :]:
            same_place = bool(set(one.municipalities) & set(other.municipalities)) or (
                not one.municipalities and not other.municipalities
            )
            if same_place and one.start == other.start:
                raise CardError(f"rule card {rule.id}: two clauses start {one.start} for the same place; keep one")
