"""Custom fields of users, their options and values."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, member, prepare
from dragoman.core.text import fold
from dragoman.core.tx import Tx
from dragoman.domains.desk import numbering, tables
from dragoman.domains.desk.faults import BadOption, FieldTaken

_f, _o, _v = tables.custom_fields.c, tables.custom_options.c, tables.custom_values.c
_ALL = prepare(sa.select(tables.custom_fields).order_by(_f.id))
_OPTIONS = prepare(sa.select(tables.custom_options).order_by(_o.id))
_NAMED = prepare(sa.select(tables.custom_fields).where(_f.folded == sa.bindparam("folded")))
_VALUES = prepare(
    sa.select(
        _v.id, _v.user_id, _v.value, _v.option_id, _f.name.label("field"), _o.name.label("option")
    )
    .select_from(
        tables.custom_values.join(tables.custom_fields, _f.id == _v.field_id).outerjoin(
            tables.custom_options, _o.id == _v.option_id
        )
    )
    .where(member(_v.user_id, "users"))
    .order_by(_v.id)
)


def listed(tx: Tx) -> list[tuple[Row, list[Row]]]:
    """Every field with its options, by id."""
    options = tx.all(_OPTIONS)
    return [
        (field, [option for option in options if option.field_id == field.id])
        for field in tx.all(_ALL)
    ]


def create(tx: Tx, *, name: str, description: str, kind: str, options: Sequence[str] = ()) -> int:
    """A new field. Raises FieldTaken."""
    held = tx.first(_NAMED, folded=fold(name))
    if held is not None:
        raise FieldTaken("custom field", "name", name, held.id)
    values = {"name": name, "folded": fold(name), "description": description, "kind": kind}
    id = numbering.add(tx, tables.custom_fields, values)
    if kind == "select":
        for option in options:
            numbering.add(tx, tables.custom_options, {"field_id": id, "name": option})
    return id


def delete(tx: Tx, id: int) -> None:
    """Remove a field with all values."""
    tx.delete_where(tables.custom_values, _v.field_id == id)
    tx.delete_where(tables.custom_options, _o.field_id == id)
    tx.delete(tables.custom_fields, id)


def chosen(tx: Tx, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Values by field name (spaces as `_`) as rows to store. Raises BadOption."""
    if not given:
        return []
    out = []
    for field, options in listed(tx):
        text = given.get(field.name.replace(" ", "_"))
        if text is None:
            continue
        option_id = None
        if field.kind == "select":
            option_id = next((option.id for option in options if option.name == text), None)
            if option_id is None:
                raise BadOption(field.name)
        out.append({"field_id": field.id, "value": text, "option_id": option_id})
    return out


def replace(tx: Tx, user_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the whole set of a user's values."""
    forget(tx, user_id)
    for row in rows:
        numbering.add(tx, tables.custom_values, {"user_id": user_id, **row})


def forget(tx: Tx, user_id: int) -> None:
    """Remove a user's values."""
    tx.delete_where(tables.custom_values, _v.user_id == user_id)


def values_of(tx: Tx, user_ids: Sequence[int]) -> dict[int, list[Row]]:
    """user id -> values (id, field, value, option_id, option)."""
    out: dict[int, list[Row]] = {id: [] for id in user_ids}
    if out:
        for row in tx.all(_VALUES, users=list(out)):
            out[row.user_id].append(row)
    return out
