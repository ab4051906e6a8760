"""Dictionaries: brands, colours, icons, statuses, kinds of payment, the options of a
characteristic, ...

A term has a number that integrations see, a key, a title by language, and is found by any of its
titles, case aside.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, member, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.shop.tables import shop_term_names, shop_terms

BRAND, COLOR, ICON, PRESENCE = "brand", "color", "icon", "presence"
STATUS, PAYMENT_KIND, DELIVERY_KIND = "status", "payment-kind", "delivery-kind"
MARKETPLACE = "marketplace"
IN_STOCK, OUT_OF_STOCK = 1, 2

_t, _n = shop_terms.c, shop_term_names.c
_KIND = _t.kind == sa.bindparam("kind")
_ALL = prepare(sa.select(shop_terms).where(_KIND).order_by(_t.number))
_BY_IDS = prepare(sa.select(shop_terms).where(member(_t.id, "ids")))
_BY_NUMBER = prepare(
    sa.select(shop_terms).where(_KIND, _t.number == sa.bindparam("number", type_=sa.BigInteger()))
)
_BY_KEY = prepare(sa.select(shop_terms).where(_KIND, _t.key == sa.bindparam("key")))
_BY_NAME = prepare(
    sa.select(shop_terms)
    .join(shop_term_names, _n.term_id == _t.id)
    .where(_n.kind == sa.bindparam("kind"), _n.folded == sa.bindparam("folded"))
    .order_by(_t.id)
    .limit(1)
)
_LAST = prepare(sa.select(sa.func.max(_t.number)).where(_KIND))
_NAMES = prepare(
    sa.select(_n.id, _n.folded).where(_n.term_id == sa.bindparam("term", type_=sa.BigInteger()))
)


def option_kind(characteristic_id: int) -> str:
    """The kind under which the options of a characteristic are kept."""
    return f"option:{characteristic_id}"


def listed(tx: Tx, kind: str) -> list[Row]:
    """All of a kind by number."""
    return tx.all(_ALL, kind=kind)


def by_ids(tx: Tx, ids: Iterable[int]) -> dict[int, Row]:
    """Terms by internal id."""
    wanted = sorted(set(ids))
    return {row.id: row for row in tx.all(_BY_IDS, ids=wanted)} if wanted else {}


def by_number(tx: Tx, kind: str, number: int) -> Row | None:
    """The term with this number."""
    return tx.first(_BY_NUMBER, kind=kind, number=number) if abs(number) < 1 << 63 else None


def by_key(tx: Tx, kind: str, key: str) -> Row | None:
    """The term with this key."""
    return tx.first(_BY_KEY, kind=kind, key=key)


def by_name(tx: Tx, kind: str, name: str) -> Row | None:
    """The first term that has this title in some language, case and outer blanks aside."""
    return tx.first(_BY_NAME, kind=kind, folded=fold(name.strip()))


def next_number(tx: Tx, kind: str) -> int:
    """The next free number of a kind."""
    last = tx.scalar(_LAST, kind=kind) or 0
    return tx.count_up(f"shop.{kind}", at_least=last + 1)


def put(
    tx: Tx,
    kind: str,
    key: str,
    *,
    title: Mapping[str, str],
    number: int | None = None,
    enabled: bool = True,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """Make the term with this key, or change it. Returns its internal id."""
    held = by_key(tx, kind, key)
    values: dict[str, Any] = {"title": dict(title), "enabled": enabled, "facts": dict(facts or {})}
    if held is not None:
        tx.update(shop_terms, held.id, values if number is None else {**values, "number": number})
        term_id = int(held.id)
    else:
        number = number if number is not None else next_number(tx, kind)
        term_id = tx.insert(shop_terms, {"kind": kind, "key": key, "number": number, **values})
    _keep_names(tx, kind, term_id, title)
    return term_id


def named(tx: Tx, kind: str, name: str, languages: Iterable[str]) -> int:
    """The internal id of the term with this title; one that is not there is made."""
    held = by_name(tx, kind, name)
    if held is not None:
        return int(held.id)
    text = name.strip()
    return put(tx, kind, text, title=dict.fromkeys(languages, text))


def _keep_names(tx: Tx, kind: str, term_id: int, title: Mapping[str, str]) -> None:
    wanted = {fold(text.strip()) for text in title.values() if text.strip()}
    held = {row.folded: row.id for row in tx.all(_NAMES, term=term_id)}
    for folded in sorted(wanted - set(held)):
        tx.insert(shop_term_names, {"term_id": term_id, "kind": kind, "folded": folded})
    for folded in set(held) - wanted:
        tx.delete(shop_term_names, held[folded])
