"""From facts and rules to findings: travel, metrics, headline, areas."""

import logging

import numpy as np
import pandas as pd

from app.access.areas import area_findings
from app.access.choice import choice_class
from app.access.engine import DEFAULT
from app.access.findings import CELL_FINDINGS, Findings
from app.access.headline import make_headline
from app.access.little_choice import little_choice_areas
from app.access.metrics import METRICS, Case
from app.access.travel import Progress, Travel, measure
from geodata.facts import Facts
from geodata.rules import RuleSet

LOG = logging.getLogger(__name__)


def find(
    facts: Facts,
    rules: RuleSet,
    engine: str = DEFAULT,
    progress: Progress | None = None,
    travel: Travel | None = None,
    before: Findings | None = None,
) -> Findings:
    """Compute all findings; rows of the cells are in the order of `facts.cells`.

    Parameters
    ----------
    engine : as `engine_named` takes it
    progress : called with what is being done, steps done and steps in all
    travel : as `measure` gave it for the same facts and rules, when it is at hand already
    before : findings that differ in times of travel only (`measure_again`); their areas of limited choice are kept

    Raises
    ------
    QuestionError : there is no such engine, or a rule's value is not one of its choices
    CardError : a rule or mode is missing
    """
    case = Case(facts, rules, travel or measure(facts, rules, engine, progress))
    cells = cell_findings(case)
    headline = make_headline(case, cells)
    cells = cells.assign(choice_class=choice_class(headline.open))
    findings = Findings(
        cells=CELL_FINDINGS.check(cells),
        areas=area_findings(case, cells, headline),
        little_choice=before.little_choice if before else little_choice_areas(case, headline),
    )
    LOG.info(
        "findings: %d cells, %d areas, %d areas of limited choice; %d of %d residents have fewer than %d",
        *(len(cells), len(findings.areas), len(findings.little_choice)),
        *(headline.residents[headline.short].sum(), headline.residents.sum(), headline.minimum),
    )
    return findings


def cell_findings(case: Case) -> pd.DataFrame:
    """Every metric of every cell, without the headline's class: a draft of `CELL_FINDINGS`."""
    columns = {name: metric.compute(case) for name, metric in METRICS.items()}
    return pd.DataFrame(
        {
            "cell_id": case.facts.cells["cell_id"].to_numpy(),
            "limit_m": case.travel.limit_m,
            "estimated": np.asarray(case.travel.estimated, dtype=bool),
            **columns,
        }
    )
