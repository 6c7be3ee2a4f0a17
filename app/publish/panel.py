"""What the panel beside the map says, in words and tables: of the region, or of one area. Hidden counts stay hidden."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from app import language as say
from app.access.findings import CHOICE_CLASSES, LITTLE_CHOICE
from app.errors import NotFoundError
from app.language import EN_DASH, Lang
from app.publish import figures
from app.publish.ages import COLUMN as AGES_CLASS
from app.publish.ages import ages_layer, fewest
from app.publish.collections import CHOICE_PARTS, Publication
from app.publish.copy import text
from app.publish.distance_limit import limit_note, measure_word
from app.publish.legend import NO_CLASS, Swatch
from app.publish.palette import CHOICE
from app.publish.profiles import mode_codes
from geodata.tables import Code

BYS = ("municipality", "health_council", "city_district")
TOP_ROWS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One class of the distribution: its colour, label, count and share in words, and its share as a number."""

    colour: str
    label: str
    count: str
    share: str
    part: float


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One row of the table of areas."""

    code: str
    name: str
    under: str
    share: str


@dataclass(frozen=True, slots=True)
class LittleRow:
    """One row of the table of areas of limited choice."""

    name: str
    place: str
    residents: str
    cause: str


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One row of the table of the planner's own standards: what is asked, and who has less."""

    label: str
    under: str
    share: str


@dataclass(frozen=True, slots=True)
class AgesRow:
    """One class of the picture of ages: its colour (empty where nothing is drawn), label, squares and residents."""

    colour: str
    label: str
    squares: str
    residents: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure with its label."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Headline:
    """The large number, and its sentence in three parts of which the middle is strong."""

    big: str
    before: str
    strong: str
    after: str


@dataclass(frozen=True)
class Panel:
    """The words of one view.

    Parameters
    ----------
    title : the question, or the area's name
    sub : line under an area's name; empty for the region
    headline : the large number and its sentence
    bars : distribution over the classes of choice
    limit : the sentence on the limit
    estimated : share of residents whose count rests on estimated distances, in a sentence; empty when hardly any does
    reason : why, in one sentence; empty for the region
    fragile : which practice's closing would hit most; empty when none would
    figures : key figures of an area
    standards : residents below the planner's own standards, by mode
    ages : the classes of the picture of ages
    notes : lines under it all
    """

    title: str
    sub: str
    headline: Headline
    bars: tuple[Bar, ...]
    limit: str
    estimated: str
    reason: str = ""
    fragile: str = ""
    figures: tuple[Figure, ...] = ()
    standards: tuple[StandardRow, ...] = ()
    ages: tuple[AgesRow, ...] = ()
    notes: tuple[str, ...] = ()


class Writer:
    """Writes panels of a publication in one language."""

    def __init__(self, publication: Publication, lang: Lang) -> None:
        self.publication = publication
        self.lang = lang
        self.smallest = publication.smallest
        self.minimum = int(publication.study.rules.number("minimum_open"))

    def region(self) -> Panel:
        """The whole region."""
        row = self.publication.areas.only(kind="region").frame.iloc[0]
        return Panel(
            title=self.t("choice.h1"),
            sub="",
            headline=self._headline(row),
            bars=self._bars(row),
            estimated=self._estimated(row),
            limit=f"{limit_note(self.publication.study, self.lang)} {self.t('choice.figures_are')}",
            standards=self._standards(row),
            ages=self._ages(row),
            notes=self._notes(row),
        )

    def area(self, by: str, code: str) -> Panel:
        """One area.

        Raises
        ------
        NotFoundError : there is no such area
        """
        row = self.row(by, code)
        return Panel(
            title=self.name(row),
            sub=self._sub(row),
            headline=self._headline(row),
            bars=self._bars(row),
            estimated=self._estimated(row),
            limit="",
            reason=row[f"reason_{self.lang}"],
            fragile=self._fragile(row),
            figures=self._figures(row),
            standards=self._standards(row),
            ages=self._ages(row),
            notes=self._notes(row),
        )

    def row(self, by: str, code: str) -> "pd.Series[Any]":
        """The findings of one area.

        Raises
        ------
        NotFoundError : there is no such area
        """
        found = self.publication.areas.only(kind=by, code=code).frame
        if by not in BYS or len(found) == 0:
            region = self.publication.study.facts.region
            name = region.name_da if self.lang == "da" else region.name
            raise NotFoundError(self.t("error.area", x=code, region=name))
        return found.iloc[0]

    def table(self, by: str) -> list[AreaRow]:
        """Areas of a kind, most affected first; then in alphabetical order."""
        rows = [row for _, row in self.publication.areas.only(kind=by).frame.iterrows()]
        rows.sort(key=lambda row: (-_rank(row), say.sort_key(row["name"])))
        return [
            AreaRow(
                row["code"],
                row["name"],
                figures.count(row, "under_two", self.smallest, self.lang),
                figures.share(row, "under_two", "residents", self.lang),
            )
            for row in rows
        ]

    def little_choice(self) -> list[LittleRow]:
        """Areas of limited choice, most residents first: what the map's outlines and labels show."""
        frame = self.publication.little_choice_areas.frame.sort_values("residents", ascending=False)
        region, causes = self.publication.study.facts.region, LITTLE_CHOICE["reason"]
        return [
            LittleRow(
                row["name"],
                region.municipality(row["kommunekode"]).name,
                figures.count(row, "residents", self.smallest, self.lang),
                causes.code_label(row["reason"], self.lang),
            )
            for _, row in frame.iterrows()
        ]

    def name(self, row: "pd.Series[Any]") -> str:
        """Name of an area with its kind: Frederikssund Kommune, Sundhedsråd Nordsjælland, Valby."""
        if row["kind"] == "municipality" and self.lang == "da":
            return self.publication.study.facts.region.municipality(row["code"]).full_name
        if row["kind"] == "health_council":
            return self.t("area.council", name=row["name"])
        return str(row["name"])

    def t(self, key: str, **slots: object) -> str:
        """A text in this writer's language."""
        return text(key, self.lang, **slots)

    def _headline(self, row: "pd.Series[Any]") -> Headline:
        big, noun = figures.headline(row, "under_two", self.smallest, self.lang)
        share = figures.share(row, "under_two", "residents", self.lang, sentence=True)
        beginning = "choice.sentence_before" if share != EN_DASH else "choice.sentence_bare"
        return Headline(
            big=big,
            before=self.t(beginning, noun=noun, share=share),
            strong=self.t("choice.sentence_strong", k=self.minimum),
            after=self.t("choice.sentence_after"),
        )

    def _bars(self, row: "pd.Series[Any]") -> tuple[Bar, ...]:
        whole = row["residents"]
        return tuple(
            Bar(
                colour,
                code.title_da if self.lang == "da" else code.title,
                figures.count(row, column, self.smallest, self.lang),
                figures.share(row, column, "residents", self.lang),
                0.0 if pd.isna(row[column]) or pd.isna(whole) or not whole else float(row[column] / whole),
            )
            for colour, code, column in zip(CHOICE, CHOICE_CLASSES, CHOICE_PARTS, strict=True)
        )

    def _sub(self, row: "pd.Series[Any]") -> str:
        parts = []
        if row["kind"] != "health_council" and not pd.isna(row["health_council"]):
            councils = {c.code: c.name for c in self.publication.study.facts.region.health_councils}
            parts.append(self.t("area.council", name=councils.get(row["health_council"], row["health_council"])))
        parts.append(figures.people(row, "residents", self.smallest, self.lang))
        if not pd.isna(row["limit_m"]):
            measure = measure_word(self.publication.study, self.lang)
            parts.append(self.t("area.limit", km=say.km(row["limit_m"], self.lang, None), measure=measure))
        return " · ".join(parts)

    def _fragile(self, row: "pd.Series[Any]") -> str:
        hit = not pd.isna(row["fragile_residents"]) and row["fragile_residents"] > 0
        if pd.isna(row["fragile_ydernummer"]) or not (hit or figures.is_hidden(row, "fragile_residents")):
            return ""
        more = figures.people(row, "fragile_residents", self.smallest, self.lang)
        return self.t("area.fragile", nr=row["fragile_ydernummer"], people=more, k=self.minimum)

    def _figures(self, row: "pd.Series[Any]") -> tuple[Figure, ...]:
        practices = f"{say.number(row['practices'], self.lang)} ({say.number(row['open_practices'], self.lang)})"
        exposed = row["fragile_ydernummer"]
        use = figures.share(row, "listed_patients", "closing_limit", self.lang)
        return (
            Figure(self.t("area.practices"), practices),
            Figure(self.t("area.capacities"), self._as_needed(row["capacities"])),
            Figure(self.t("area.use"), use),
            Figure(self.t("area.free"), figures.decimal(row["free_places_per_1000"], self.lang)),
            Figure(self.t("area.nearest"), figures.distance(row["nearest_open_m"], self.lang)),
            Figure(self.t("area.second"), figures.distance(row["second_open_m"], self.lang)),
            Figure(self.t("area.old65"), figures.share(row, "under_two_65_plus", "under_two", self.lang)),
            Figure(self.t("area.old80"), figures.share(row, "under_two_80_plus", "under_two", self.lang)),
            Figure(
                self.t("area.exposed"),
                EN_DASH if pd.isna(exposed) else self.t("area.exposed_value", nr=exposed),
            ),
        )

    def _standards(self, row: "pd.Series[Any]") -> tuple[StandardRow, ...]:
        return tuple(
            StandardRow(
                self._standard(mode),
                figures.count(row, f"under_standard_{mode.value}", self.smallest, self.lang),
                figures.share(row, f"under_standard_{mode.value}", "residents", self.lang),
            )
            for mode in mode_codes(self.publication.profiles)
        )

    def _ages(self, row: "pd.Series[Any]") -> tuple[AgesRow, ...]:
        """The classes from youngest to oldest, then the squares in which too few live to be drawn."""
        step = fewest(self.smallest)
        few = Swatch("", text("choice.ages_few", "en", n=f"{step:g}"), text("choice.ages_few", "da", n=f"{step:g}"))
        swatches = dict(enumerate(ages_layer(self.smallest).swatches)) | {NO_CLASS: few}
        frame = self.publication.age_squares.reset_index()
        found = frame[(frame["kind"] == row["kind"]) & (frame["code"] == row["code"])].set_index(AGES_CLASS)
        return tuple(
            AgesRow(
                swatches[number].colour,
                swatches[number].label(self.lang),
                say.number(counts["squares"], self.lang),
                say.table_count(1 if pd.isna(counts["residents"]) else counts["residents"], self.lang, step),
            )
            for number, counts in found.iterrows()
        )

    def _standard(self, mode: Code) -> str:
        standard = self.publication.study.rules.value(f"standard_{mode.value}")
        return self.t(
            "choice.standard_row",
            practices=say.count(standard["open"], "open_practice", self.lang),
            m=say.minutes(standard["minutes"], self.lang),
            mode=mode.title_da if self.lang == "da" else mode.title,
        )

    def _as_needed(self, value: float) -> str:
        return EN_DASH if pd.isna(value) else say.as_needed(value, self.lang)

    def _notes(self, row: "pd.Series[Any]") -> tuple[str, ...]:
        straight = figures.people(row, "under_two_straight", self.smallest, self.lang, about=True)
        notes = [self.t("choice.straight_note", n=straight, k=self.minimum)]
        if 0 < row["estimated_share"] < figures.LEAST_SHARE:
            notes.append(self._estimated_sentence(row))
        notes.append(self.t("note.suppressed", n=say.number(self.smallest, self.lang)))
        return tuple(notes)

    def _estimated(self, row: "pd.Series[Any]") -> str:
        return self._estimated_sentence(row) if row["estimated_share"] >= figures.LEAST_SHARE else ""

    def _estimated_sentence(self, row: "pd.Series[Any]") -> str:
        part = say.sentence(figures.percent(row["estimated_share"], self.lang, sentence=True))
        return self.t("banner.estimated", p=part)


def _rank(row: "pd.Series[Any]") -> float:
    """For sorting: a hidden count stands between nought and the counts that are shown."""
    value = row["under_two"]
    return 0.5 if pd.isna(value) else float(value)


def affected(publication: Publication, by: str = "municipality") -> int:
    """Number of areas where somebody has fewer open practices than the minimum."""
    under = publication.areas.only(kind=by).frame["under_two"]
    return int(np.count_nonzero((under.fillna(1) > 0).to_numpy(dtype=bool)))
