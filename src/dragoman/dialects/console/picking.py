"""Search boxes for relations: at most 20 hits, each a text that names the record and its number.

Source: CONSOLE 5: never a select of everything.
"""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec

from dragoman.core.faults import Denied, NotFound
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.dialects.console import shop
from dragoman.dialects.console.reading import number_in, related
from dragoman.dialects.console.results import Data
from dragoman.domains.content import searching
from dragoman.domains.content.searching import Wanted
from dragoman.domains.profiles import segments
from dragoman.domains.profiles.access import OVERSEER
from dragoman.domains.shop import sections
from dragoman.wire.binding import Path, Query

MOST = 20


class Pick(msgspec.Struct, frozen=True):
    """GET /edit/pick/{what}. within: the space of components."""

    what: Annotated[str, Path()]
    q: Annotated[str, Query()] = ""
    within: Annotated[str, Query()] = ""


def _components(tx: Tx, ask: Pick) -> list[str]:
    space = number_in(ask.within)
    if space is None:
        return []
    wanted = Wanted(terms=ask.q.split()[:10], space_id=space, limit=MOST, drafts=True)
    rows, _ = searching.search(tx, wanted)
    return [related(row.name or row.key, row.id) for row in rows]


def _sections(tx: Tx, ask: Pick) -> list[str]:
    rows = sections.tree(tx).by_number.values()
    return _fitting([(shop.title(row.title), row.number) for row in rows], ask.q)


def _segments(tx: Tx, ask: Pick) -> list[str]:
    rows = segments.listed(tx, OVERSEER)
    return _fitting([(row.name, row.number) for row in rows], ask.q)


def _fitting(known: list[tuple[str, int]], text: str) -> list[str]:
    sought = fold(text.strip())
    return [related(name, number) for name, number in known if sought in fold(name)][:MOST]


_SOURCES: dict[str, tuple[str, Callable[[Tx, Pick], list[str]]]] = {
    "components": ("content:read", _components),
    "sections": ("shop:read", _sections),
    "segments": ("people:read", _segments),
}


def find(tx: Tx, ask: Pick) -> Data:
    """GET /edit/pick/{what}: texts for the box. Raises NotFound, Denied."""
    source = _SOURCES.get(ask.what)
    if source is None:
        raise NotFound("relation", "name", ask.what)
    member: Any = tx.actor
    if not member.may(source[0]):
        raise Denied(source[0])
    return Data(source[1](tx, msgspec.structs.replace(ask, q=ask.q[:100])))
