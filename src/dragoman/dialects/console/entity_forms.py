"""Changing one entity: as a form, as code, from one to the other, and deleting it."""

import json
from typing import Annotated, Any

import msgspec

from dragoman.core.faults import BadValue, Denied, Fault
from dragoman.core.tx import Tx
from dragoman.dialects.console import entities
from dragoman.dialects.console.entities import Carried, ShowEntity
from dragoman.dialects.console.refusals import BadCode, ChangedMeanwhile
from dragoman.dialects.console.results import Page, Redirect
from dragoman.domains.things import items
from dragoman.domains.things.stores import STORES, check
from dragoman.domains.things.tables import thing_items
from dragoman.domains.things.visibility import BUILT_IN
from dragoman.wire.binding import Header, Path


class SaveCode(msgspec.Struct, frozen=True):
    """POST /edit/entities/{store}/{oid}/code. base: print of what was opened."""

    store: Annotated[str, Path()]
    oid: Annotated[str, Path()]
    base: str = ""
    code: str = ""
    fragment: Annotated[str, Header("x-fragment")] = ""


class SaveForm(msgspec.Struct, frozen=True):
    """POST /edit/entities/{store}/{oid}. field and value: pairs; code: what the form does not
    show, as it was carried from there.
    """

    store: Annotated[str, Path()]
    oid: Annotated[str, Path()]
    base: str = ""
    code: str = ""
    field: list[str] = []
    value: list[str] = []
    fragment: Annotated[str, Header("x-fragment")] = ""


class Carry(msgspec.Struct, frozen=True):
    """POST /edit/entities/{store}/{oid}/carry: from form to code or back, saving nothing."""

    store: Annotated[str, Path()]
    oid: Annotated[str, Path()]
    to: str
    base: str = ""
    code: str = ""
    field: list[str] = []
    value: list[str] = []


class Delete(msgspec.Struct, frozen=True):
    """POST /edit/entities/{store}/{oid}/delete. confirm: its name, typed again."""

    store: Annotated[str, Path()]
    oid: Annotated[str, Path()]
    confirm: str = ""


def save_code(tx: Tx, ask: SaveCode) -> Redirect | Page:
    """POST /edit/entities/{store}/{oid}/code"""
    try:
        return _save(tx, ask.store, ask.oid, ask.base, _object(ask.code), "code")
    except (BadValue, ChangedMeanwhile) as fault:
        if ask.fragment:  # the editor's own page stays, text and all
            raise
        return _kept(tx, ask, "code", fault, Carried(ask.base, code=ask.code))


def save_form(tx: Tx, ask: SaveForm) -> Redirect | Page:
    """POST /edit/entities/{store}/{oid}"""
    value = _from_form(tx, ask)
    try:
        return _save(tx, ask.store, ask.oid, ask.base, value, "form")
    except (BadValue, ChangedMeanwhile) as fault:
        if ask.fragment:
            raise
        return _kept(tx, ask, "form", fault, Carried(ask.base, body=value))


def carry(tx: Tx, ask: Carry) -> Page:
    """POST /edit/entities/{store}/{oid}/carry"""
    shown = ShowEntity(ask.store, ask.oid, tab="code" if ask.to == "code" else "form")
    if ask.to == "code":
        return entities.shown(tx, shown, Carried(ask.base, body=_from_form(tx, ask)))
    try:
        return entities.shown(tx, shown, Carried(ask.base, body=_object(ask.code)))
    except BadCode as fault:  # what nobody can read stays where it is
        kept = Carried(ask.base, code=ask.code, problem=fault.problem)
        return entities.shown(tx, ShowEntity(ask.store, ask.oid, tab="code"), kept)


def _kept(tx: Tx, ask: Any, tab: str, fault: Fault, carried: Carried) -> Page:
    """The editor again, with what was typed and what is wrong with it."""
    if isinstance(fault, BadValue):
        problem, status = fault.problem or f"“{fault.field}” cannot be used.", 400
    else:
        problem, status = "Somebody else has changed this entity. Open it again to see it.", 409
    kept = msgspec.structs.replace(carried, problem=problem)
    return entities.shown(tx, ShowEntity(ask.store, ask.oid, tab=tab), kept, status)


def _object(code: str) -> dict[str, Any]:
    value = parsed(code)
    if not isinstance(value, dict):
        raise BadCode("code", "Line 1, column 1: expected an object")
    return value


def _from_form(tx: Tx, ask: SaveForm | Carry) -> dict[str, Any]:
    """The entity as the form has it: what the form does not show comes from `code`, or stays."""
    _, body = entities.held(tx, ask.store, ask.oid)
    if ask.code:
        body = _object(ask.code)
    value = dict(body)
    if len(ask.field) != len(ask.value):
        raise BadValue("field", "pairs")
    for name, text in zip(ask.field, ask.value, strict=True):
        kind = entities.kind_of(body.get(name))
        if kind == "text":
            lines = text.replace("\r\n", "\n")  # as browsers send a text of several lines
            value[name] = text if "\r\n" in body[name] else lines
        elif kind == "flag":
            value[name] = text == "true"
        elif kind == "number" and text != str(body[name]):
            try:
                number = parsed(text)
            except BadCode:
                raise BadValue(name) from None
            if entities.kind_of(number) != "number":
                raise BadValue(name)
            value[name] = number
    return value


def delete(tx: Tx, ask: Delete) -> Redirect:
    """POST /edit/entities/{store}/{oid}/delete"""
    row, body = entities.held(tx, ask.store, ask.oid)
    if ask.store not in entities.EDITABLE:
        raise BadValue("store")
    if row.label == BUILT_IN:
        raise Denied("built-in")
    name = entities.title_of(body, row)
    if ask.confirm.strip() != name.strip():
        raise BadValue("confirm")
    items.delete(tx, row)
    return Redirect(f"/edit/entities/{ask.store}", f"“{name}” deleted.")


def parsed(text: str) -> Any:
    """JSON, or BadCode with line and column."""
    if "\x00" in text or "\\u0000" in text:
        raise BadCode("code", "The character U+0000 cannot be kept. Remove it.")
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        what = error.msg.replace("Expecting", "expected").replace(
            "expected value", "expected a value"
        )
        raise BadCode("code", f"Line {error.lineno}, column {error.colno}: {what}") from None
    except (RecursionError, ValueError):
        raise BadCode("code", "This is nested too deeply, or holds no JSON number.") from None


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _save(
    tx: Tx, store_name: str, oid: str, base: str, value: dict[str, Any], tab: str
) -> Redirect:
    row, body = entities.held(tx, store_name, oid)
    if store_name not in entities.EDITABLE:
        raise BadValue("store")
    tx.lock(thing_items, row.id)
    row, body = entities.held(tx, store_name, oid)
    if entities.print_of(body) != base:
        raise ChangedMeanwhile("entity", "_id", oid)
    store, to = STORES[store_name], f"/edit/entities/{store_name}/{oid}?tab={tab}"
    fixed = {name: held for name, held in body.items() if entities.is_fixed(name)}
    new = {**{name: held for name, held in value.items() if not entities.is_fixed(name)}, **fixed}
    if new == body:
        return Redirect(to, "Nothing was changed.")
    model = new.get("model")
    if model != body.get("model") and items.by_oid(tx, "models", str(model)) is None:
        raise BadValue("model")
    check(store, new)
    new["_at"] = tx.now_ms
    items.keep(tx, store, row, new, event="update")
    return Redirect(to, "Saved.")
