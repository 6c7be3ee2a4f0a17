"""Write the reference pages from the code: tables, rules, sources, metrics, objectives, errors, command line, HTTP.

Run `make docs`; a test fails when a page is not what this would write.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import typer
from typer.main import get_command

from app import errors as planning_errors
from app.access import findings, snapping
from app.access.metrics import METRICS
from app.cli import cli
from app.main import create_app
from app.siting.candidates import CANDIDATES
from app.siting.objectives import OBJECTIVES
from geodata import errors as geodata_errors
from geodata.catalogue import Card, Layer, card_names, read_card, read_layers
from geodata.facts import TABLES
from geodata.rules import Clause, read_rules
from geodata.tables import Table

HERE = Path(__file__).parent
GENERATED = "<!-- Written by docs/reference/generate.py; change the code, then run `make docs`. -->"


def pages() -> dict[str, str]:
    """Every reference page by its file name."""
    return {
        "tables.md": tables_page(),
        "rules.md": rules_page(),
        "sources.md": sources_page(),
        "metrics.md": metrics_page(),
        "objectives.md": objectives_page(),
        "errors.md": errors_page(),
        "cli.md": cli_page(),
        "openapi.json": json.dumps(create_app().openapi(), indent=1, ensure_ascii=False) + "\n",
    }


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; bars in cells are escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(escaped(cell) for cell in line)} |" for line in lines)


def escaped(cell: str) -> str:
    """Text that keeps its place in a table."""
    return cell.replace("|", "\\|").replace("\n", " ")


def tables_page() -> str:
    """Every table with its columns."""
    results = [table for room in (findings, snapping) for table in vars(room).values() if isinstance(table, Table)]
    tables = (*TABLES.values(), *results, CANDIDATES)
    return page("Tables", "\n\n".join(table_section(table) for table in tables))


def table_section(table: Table) -> str:
    """One table's heading, sentence and columns."""
    rows = [
        (
            f"`{column.name}`",
            column.kind + (" (optional)" if column.optional else ""),
            column.unit,
            column.title_da,
            column.title,
            " ".join([column.about, *(f"`{code.value}` {code.title}." for code in column.allowed)]),
        )
        for column in table.columns
    ]
    key = f"Key: {', '.join(f'`{name}`' for name in table.key)}.\n\n" if table.key else ""
    heads = ("column", "kind", "unit", "dansk", "English", "about")
    return f"## {table.name}\n\n{table.title_da} / {table.title}. {table.about}\n\n{key}{markdown_table(heads, rows)}"


def rules_page() -> str:
    """Every rule with its clauses, their source and standing."""
    sections = []
    for rule in read_rules().values():
        heads = ("value", "from", "to", "where", "source", "standing", "checked")
        table = markdown_table(heads, [clause_row(clause) for clause in rule.clauses])
        title = f"{rule.title_da} / {rule.title}: *{rule.status}*, {rule.unit}."
        sections.append(f"## {rule.id}\n\n{title} {rule.about}\n\n{table}")
    return page("Rules", "\n\n".join(sections))


def clause_row(clause: Clause) -> tuple[str, ...]:
    """One clause as a row of words."""
    where = ", ".join(clause.municipalities) or "everywhere"
    end = str(clause.end) if clause.end else "open"
    return (f"`{clause.value}`", str(clause.start), end, where, clause.source, clause.standing, str(clause.checked))


def sources_page() -> str:
    """Every source card."""
    heads = ("card", "what", "publisher", "licence", "credit", "data date", "standing", "file", "oldest, months")
    cards = [read_card(name) for name in card_names()]
    rows = [
        (f"`{c.id}`", c.title, c.publisher, c.licence, c.credit, str(c.as_of), c.standing, c.file, _oldest(c))
        for c in cards
    ]
    return page("Sources", f"{markdown_table(heads, rows)}\n\n{layers_section()}\n\n{endpoints_section(cards)}")


def _oldest(card: Card) -> str:
    return str(card.max_age_months or "")


def _sources_of(layer: Layer) -> str:
    asked = "".join(f"; `{source}` where it is asked for" for source in layer.alternatives)
    return ", ".join(f"`{source}`" for source in layer.sources) + asked


def layers_section() -> str:
    """Every layer with its sources in order."""
    rows = [
        (f"`{layer.id}`", layer.title, "yes" if layer.needed else "no", _sources_of(layer))
        for layer in read_layers().values()
    ]
    return f"## Layers\n\n{markdown_table(('layer', 'what', 'needed', 'sources, the first goes before'), rows)}"


def endpoints_section(cards: Iterable[Card]) -> str:
    """Where each fetched source is asked, with its settings; those that nobody has verified are marked."""
    rows = []
    for card in cards:
        if card.endpoint is not None:
            known, doubtful = card.endpoint.settings, card.endpoint.unverified
            settings = [f"`{name}` = `{value}`{' (unverified)' * (name in doubtful)}" for name, value in known.items()]
            size = f"{card.endpoint.megabytes:g} ({card.endpoint.largest_megabytes:g})"
            rows.append((f"`{card.id}`", f"`{card.endpoint.url}`", "; ".join(settings), card.key, size))
    heads = ("card", "url", "settings", "key", "about (at most) MB")
    return f"## Where they are fetched\n\n{markdown_table(heads, rows)}"


def metrics_page() -> str:
    """Every metric with its column and paper."""
    heads = ("metric", "dansk", "English", "unit", "about", "source")
    rows = []
    for name, metric in METRICS.items():
        column = metric.column
        rows.append((f"`{name}`", column.title_da, column.title, column.unit, column.about, metric.paper))
    return page("Metrics", markdown_table(heads, rows))


def objectives_page() -> str:
    """Every objective of a siting question."""
    heads = ("objective", "dansk", "English", "about", "the field's term", "source")
    rows = [(f"`{name}`", o.title_da, o.title, o.about, o.term, o.paper) for name, o in OBJECTIVES.items()]
    return page("Objectives", markdown_table(heads, rows))


def errors_page() -> str:
    """The two trees of errors, as their modules draw them."""
    trees = [f"```text\n{(module.__doc__ or '').strip()}\n```" for module in (geodata_errors, planning_errors)]
    return page("Errors", "\n\n".join(trees))


def cli_page() -> str:
    """The help of every command."""
    command = get_command(cli)
    context = typer.Context(command, info_name="laegevalg")
    sections = [f"```text\n{plain_help(command, context)}\n```"]
    for name, sub in sorted(getattr(command, "commands", {}).items()):
        sub_context = typer.Context(sub, info_name=name, parent=context)
        sections.append(f"## laegevalg {name}\n\n```text\n{plain_help(sub, sub_context)}\n```")
    return page("Command line", "\n\n".join(sections))


def plain_help(command: click.Command, context: click.Context) -> str:
    """Usage, arguments and options without terminal decoration."""
    lines = [command.get_usage(context), "", (command.help or "").strip(), ""]
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) or (parameter.human_readable_name, "")
        lines.append(f"  {record[0]:<34}{record[1]}".rstrip())
    return "\n".join(lines).strip()


def page(title: str, body: str) -> str:
    """A whole page."""
    return f"{GENERATED}\n\n# {title}\n\n{body}\n"


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
