"""Pages of nodes from Datafordeler's GraphQL: asked one after the other, kept as lines of JSON, read back as rows.

Its tables are bitemporal: one moment of registration and of effect is asked for, so that each object comes once.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geodata.catalogue import Card
from geodata.errors import Breach, FetchError, MisfitError
from geodata.fetching import Ask, Fetched, Fetcher
from geodata.fetching.asking import Check, endpoint_of

Nodes = list[dict[str, Any]]
Completed = Callable[[Nodes], Nodes]

MOST_PAGES = 20_000
LONGEST_SAYING = 200


def fetch_pages(
    fetcher: Fetcher, card: Card, wheres: Sequence[str], check: Check, completed: Completed = lambda nodes: nodes
) -> Fetched:
    """Every node of the card's entity, once for each condition, kept as one file of one page a line.

    Parameters
    ----------
    wheres : conditions in GraphQL, `kommunekode: {eq: "0101"}`; an empty one asks for all
    check : looks at the whole file before it takes the place of the former one
    completed : gives the nodes of a page with what another question says of them

    Raises
    ------
    FetchError : the publisher refuses, answers with none, or never ends
    """
    settings = endpoint_of(card).settings
    ask = Ask(card, endpoint_of(card).url.format(**settings), key_in=settings["key_in"], check=check)
    with fetcher.draft(".jsonl") as draft:
        with draft.open("w", encoding="utf-8") as out:
            for where in wheres:
                for nodes in ask_pages(fetcher, card, where):
                    out.write(json.dumps({"nodes": completed(nodes)}, ensure_ascii=False, separators=(",", ":")) + "\n")
        return fetcher.keep(ask, draft)


def query(card: Card, where: str, after: str, moment: datetime) -> str:
    """The question for one page."""
    settings = endpoint_of(card).settings
    time = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    given = [f"first: {settings['page']}", f'registreringstid: "{time}"', f'virkningstid: "{time}"']
    given += [f"where: {{{where}}}"] * bool(where) + [f"after: {json.dumps(after)}"] * bool(after)
    fields = f"nodes {{ {settings['fields']} }} pageInfo {{ hasNextPage endCursor }}"
    return f"{{ {settings['entity']}({', '.join(given)}) {{ {fields} }} }}"


def ask_pages(fetcher: Fetcher, card: Card, where: str) -> Iterator[Nodes]:
    """Nodes that meet a condition, page by page.

    Raises
    ------
    FetchError : the publisher refuses, or its pages never end
    """
    settings = endpoint_of(card).settings
    url = endpoint_of(card).url.format(**settings)
    after, moment = "", datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(MOST_PAGES):
        body = {"query": query(card, where, after, moment)}
        page = page_of(card, fetcher.answer(Ask(card, url, format="json", key_in=settings["key_in"], body=body)))
        yield page["nodes"]
        about = page.get("pageInfo") or {}
        before, after = after, about.get("endCursor") or ""
        if not about.get("hasNextPage"):
            return
        if after == before:
            break
    raise FetchError(card.id, Breach(0, "endCursor", f"{after!r} again", "a page after which there is none"))


def page_of(card: Card, answer: Any) -> Mapping[str, Any]:
    """The page in an answer.

    Raises
    ------
    FetchError : the answer is an error, or lacks the entity's nodes
    """
    entity = endpoint_of(card).settings["entity"]
    unlike = "the unverified settings of the source card may need to be put right"
    if not isinstance(answer, dict):
        raise FetchError(card.id, Breach(0, "", f"JSON of type {type(answer).__name__}", "an object"), unlike)
    if answer.get("errors"):
        said = "; ".join(str(e.get("message", e)) if isinstance(e, dict) else str(e) for e in answer["errors"])
        raise FetchError(card.id, Breach(0, "errors", said[:LONGEST_SAYING], "data"), unlike)
    page = (answer.get("data") or {}).get(entity)
    if not isinstance(page, dict) or not isinstance(page.get("nodes"), list):
        names = ", ".join(answer.get("data") or answer) or "nothing"
        raise FetchError(card.id, Breach(0, entity, names, f"{entity} with nodes"), unlike)
    return page


def read_pages(path: Path, card: Card) -> list[dict[str, Any]]:
    """Nodes of a kept file, in order.

    Raises
    ------
    MisfitError : a line is no page, there is no node, or a node lacks a column of the card
    """
    nodes: list[dict[str, Any]] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            nodes += _nodes_of(card, number, line)
    if not nodes:
        mend = "the register may be empty for the time being; use another source of the layer"
        raise MisfitError(card.id, Breach(0, "", "no node", "at least one"), mend)
    for row, node in enumerate(nodes, start=1):
        missing = [column for column in card.columns if column not in node]
        if missing:
            has = ", ".join(map(str, node)) or "nothing"
            raise MisfitError(card.id, Breach(row, missing[0], f"only {has}", "a value"), "has the register changed?")
    return nodes


def _nodes_of(card: Card, number: int, line: str) -> list[dict[str, Any]]:
    try:
        nodes = json.loads(line)["nodes"]
    except (ValueError, KeyError, TypeError):
        raise MisfitError(card.id, Breach(number, "", f"line {line[:40]!r}", 'a page {"nodes": [...]}')) from None
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        raise MisfitError(card.id, Breach(number, "nodes", "something else", "a list of objects"))
    return nodes
