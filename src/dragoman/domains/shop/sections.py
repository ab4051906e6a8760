"""Sections: the tree that products stand in. A shop has few of them, so they are read whole."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.shop.tables import shop_sections
from dragoman.domains.shop.texts import shown

MAIN_PAGE, CATALOG = 1, 97
_FIRST_FREE = 98
_s = shop_sections.c
_ALL = prepare(sa.select(shop_sections).order_by(_s.position, _s.id))
_BY_KEY = prepare(sa.select(shop_sections).where(_s.key == sa.bindparam("key")))


class Tree:
    """Every section, by id and number, with its children in order."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.by_id: dict[int, Row] = {}
        self.by_number: dict[int, Row] = {}
        self.children: dict[int | None, list[Row]] = {}
        for row in rows:
            self.by_id[row.id] = row
            self.by_number[row.number] = row
            self.children.setdefault(row.parent_id, []).append(row)

    def below(self, id: int | None) -> Iterator[Row]:
        """All descendants, each before its children."""
        stack: list[Row] = list(reversed(self.children.get(id, ())))
        while stack:
            row = stack.pop()
            yield row
            stack.extend(reversed(self.children.get(row.id, ())))

    def covered(self, ids: Iterable[int]) -> list[int]:
        """The ids of sections and of everything below them."""
        return sorted({found for id in ids for found in (id, *(row.id for row in self.below(id)))})

    def line(self, id: int) -> list[Row]:
        """From the top down to a section; the built-in pages above are left out."""
        out: list[Row] = []
        row = self.by_id.get(id)
        while row is not None and not row.built_in:
            out.append(row)
            row = self.by_id.get(row.parent_id)
        return out[::-1]

    def path(self, id: int, language: str) -> str:
        """Titles from the top down, joined by a backslash between blanks."""
        return " \\ ".join(shown(row.title, language) for row in self.line(id))

    def at_path(self, path: str) -> list[int]:
        """Ids of all sections that a path leads to; a level fits a title of any language, case
        aside.
        """
        levels = [fold(part.strip()) for part in path.split("\\")]
        held = [row for row in self.by_id.values() if self._is_top(row)]
        for depth, level in enumerate(levels):
            held = [row for row in held if level in _names(row)]
            if depth + 1 < len(levels):
                held = [child for row in held for child in self.children.get(row.id, ())]
        return [row.id for row in held]

    def _is_top(self, row: Row) -> bool:
        above = self.by_id.get(row.parent_id)
        return not row.built_in and (above is None or above.built_in)

    def is_within(self, id: int, above: Iterable[int]) -> bool:
        """Whether a section is one of some, or lies below one."""
        wanted = set(above)
        row = self.by_id.get(id)
        while row is not None:
            if row.id in wanted:
                return True
            row = self.by_id.get(row.parent_id)
        return False


def _names(row: Row) -> set[str]:
    return {fold(text.strip()) for text in row.title.values() if text}


def tree(tx: Tx) -> Tree:
    """All sections as they are now."""
    return Tree(tx.all(_ALL))


def by_key(tx: Tx, key: str) -> Row | None:
    """The section with this key."""
    return tx.first(_BY_KEY, key=key)


def put(tx: Tx, key: str, values: Mapping[str, Any]) -> int:
    """Make the section with this key, or change it. Returns its id."""
    held = by_key(tx, key)
    if held is not None:
        tx.update(shop_sections, held.id, values)
        return int(held.id)
    number = values.get("number") or tx.count_up("shop.section", at_least=_FIRST_FREE)
    return tx.insert(shop_sections, {"key": key, "title": {}, **values, "number": number})
