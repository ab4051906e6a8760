"""Tags and canned responses. Source: spec/opensupports 9.2."""

from typing import Annotated, Any

import msgspec

from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import callers, lookups, reading, shapes
from dragoman.dialects.opensupports.people_pages import MaybeText
from dragoman.dialects.opensupports.reading import optional, says
from dragoman.dialects.opensupports.tickets import Content, Ticket
from dragoman.domains.desk import canned, logs, tags, tickets
from dragoman.wire.endpoint import NoAsk

Tag = Annotated[Any, says("INVALID_TAG", lookups.tag)]
Name = Annotated[str, says("INVALID_NAME", reading.clean_name)]
Color = Annotated[str, says("INVALID_COLOR", reading.color)]


class TagTicket(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/add-tag and remove-tag."""

    ticket_number: Ticket
    tag_id: Tag


def put_on(tx: Tx, ask: TagTicket) -> None:
    """POST /ticket/add-tag"""
    tickets.require(tx, ask.ticket_number, callers.person(tx))
    tags.put_on(tx, ask.ticket_number.id, ask.tag_id.id)


def take_off(tx: Tx, ask: TagTicket) -> None:
    """POST /ticket/remove-tag"""
    tickets.require(tx, ask.ticket_number, callers.person(tx))
    tags.take_off(tx, ask.ticket_number.id, ask.tag_id.id)


class CreateTag(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/create-tag."""

    name: Name
    color: Color


def create(tx: Tx, ask: CreateTag) -> None:
    """POST /ticket/create-tag"""
    tags.create(tx, name=ask.name, color=ask.color)


def listed(tx: Tx, ask: NoAsk) -> list[dict[str, Any]]:
    """POST /ticket/get-tags"""
    return [shapes.tag(row) for row in tags.listed(tx)]


class EditTag(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/edit-tag."""

    tag_id: Tag
    color: Color
    name: Name


def edit(tx: Tx, ask: EditTag) -> None:
    """POST /ticket/edit-tag"""
    tags.change(tx, ask.tag_id.id, name=ask.name, color=ask.color)


class OneTag(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/delete-tag."""

    tag_id: Tag


def delete(tx: Tx, ask: OneTag) -> None:
    """POST /ticket/delete-tag"""
    tags.delete(tx, ask.tag_id.id)


def list_canned(tx: Tx, ask: NoAsk) -> list[dict[str, Any]]:
    """POST /ticket/get-custom-responses"""
    return [
        {"id": str(row.id), "name": row.name, "language": row.language, "content": row.content}
        for row in canned.listed(tx)
    ]


class AddCanned(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/add-custom-response."""

    name: Annotated[str, says("INVALID_TITLE", reading.clean_name)]
    content: Content
    language: Annotated[str, says("INVALID_LANGUAGE", reading.language)]


def add_canned(tx: Tx, ask: AddCanned) -> None:
    """POST /ticket/add-custom-response"""
    canned.create(tx, name=ask.name, language=ask.language, content=ask.content)
    logs.add(tx, "ADD_CUSTOM_RESPONSE", callers.person(tx))


class EditCanned(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/edit-custom-response."""

    id: Annotated[Any, says("INVALID_CUSTOM_RESPONSE", lookups.canned)]
    content: Content
    name: Annotated[str | None, says("INVALID_NAME", optional(reading.clean_name))]
    language: MaybeText


def edit_canned(tx: Tx, ask: EditCanned) -> None:
    """POST /ticket/edit-custom-response"""
    changes = {"content": ask.content}
    if ask.name is not None:
        changes["name"] = ask.name
    if ask.language:
        changes["language"] = ask.language
    canned.change(tx, ask.id.id, changes)
    logs.add(tx, "EDIT_CUSTOM_RESPONSE", callers.person(tx))


class OneCanned(msgspec.Struct, frozen=True, rename="camel"):
    """POST /ticket/delete-custom-response."""

    id: Annotated[Any, says("INVALID_NAME", lookups.canned)]


def delete_canned(tx: Tx, ask: OneCanned) -> None:
    """POST /ticket/delete-custom-response"""
    canned.delete(tx, ask.id.id)
    logs.add(tx, "DELETE_CUSTOM_RESPONSE", callers.person(tx))
