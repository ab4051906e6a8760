"""integrations/any/profile_import: flat, from a form or an address. Source: spec/altcraft 6.9."""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import Missing
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import profiles
from dragoman.dialects.altcraft.profiles import Rulebook, Written
from dragoman.wire.binding import Given

_MODES = ("email", "email_profile", "phone")


class Quick(msgspec.Struct, frozen=True, kw_only=True):
    """The flat parameters; `data` is every other one."""

    db_id: int
    book: Annotated[Rulebook, Given()]
    data: dict[str, Any]
    matching: str = "email"
    email: str = ""
    phone: str = ""
    resource_id: int | None = None


def quick_import(tx: Tx, ask: Quick) -> dict[str, Any]:
    """integrations/any/profile_import"""
    data = dict(ask.data)
    contacts: list[dict[str, Any]] = []
    if ask.email:
        data["email"] = ask.email
        contacts.append({"channel": "email", "email": ask.email})
    if ask.phone:
        data["phones"] = [ask.phone]
        contacts.append({"channel": "sms", "phone": ask.phone})
    if not data:
        raise Missing("email")
    if ask.resource_id is not None:
        data["subscriptions"] = [{"resource_id": ask.resource_id, **one} for one in contacts]
    by_field = ask.matching not in _MODES
    whole = Written(
        db_id=ask.db_id,
        book=ask.book,
        matching="custom" if by_field else ask.matching,
        email=ask.email,
        phone=ask.phone,
        resource_id=ask.resource_id,
        data=data,
        skip_invalid_subscriptions=True,
        detect_geo="_regip" in data,
        field_name=ask.matching if by_field else "",
    )
    return profiles.import_one(tx, whole)
