"""profiles/segstatic/* and segments/list. Source: spec/altcraft 10."""

from typing import Annotated, Any

import msgspec

from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import objects
from dragoman.dialects.altcraft.auth import viewer
from dragoman.dialects.altcraft.profiles import Rulebook
from dragoman.domains.profiles import access, profiles, segments
from dragoman.domains.profiles.subscribing import profile
from dragoman.wire.binding import Given


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """profiles/segstatic/add, remove."""

    segment_id: int
    db_id: int
    profile_id: str
    book: Annotated[Rulebook, Given()]
    skip_triggers: bool = False


def add(tx: Tx, ask: Member) -> dict[str, Any]:
    """profiles/segstatic/add"""
    return _moved(tx, ask, inside=True)


def remove(tx: Tx, ask: Member) -> dict[str, Any]:
    """profiles/segstatic/remove"""
    return _moved(tx, ask, inside=False)


def _moved(tx: Tx, ask: Member, *, inside: bool) -> dict[str, Any]:
    database, row = profile(tx, viewer(tx), ask.db_id, ask.profile_id)
    segment = access.segment(tx, viewer(tx), ask.segment_id, database)
    profiles.not_blocked(ask.book.rules)
    if ask.skip_triggers:
        profiles.note_skipped(tx, row.id)
    if inside:
        segments.join(tx, segment.id, row.id)
    else:
        segments.leave(tx, segment.id, row.id)
    return {}


def list_all(tx: Tx, ask: objects.Listing) -> dict[str, Any]:
    """segments/list"""
    names = access.groups(tx)

    def shape(row: Row) -> dict[str, Any]:
        groups = [{"Id": one, "Name": names.get(one, "")} for one in objects.groups_of(row)]
        return {"id": row.number, "name": row.name, "ui_tags": row.tags, "Groups": groups}

    return objects.page(segments.listed(tx, viewer(tx)), ask, names, shape)
