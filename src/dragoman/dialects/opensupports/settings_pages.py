"""Settings, departments, custom fields, keys. Source: spec/opensupports 7, 9.5."""

from typing import Annotated, Any

import msgspec

from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import accounts, callers, lookups, reading, shapes
from dragoman.dialects.opensupports.places import Place
from dragoman.dialects.opensupports.reading import Look, optional, says
from dragoman.dialects.opensupports.refusals import Refused
from dragoman.dialects.opensupports.sessions import Text, Truthy
from dragoman.domains.desk import apikeys, cleaning, customfields, departments, logs, settings, tags
from dragoman.wire.binding import Given
from dragoman.wire.endpoint import NoAsk

_SHORT = {
    "language": str, "maintenance-mode": int, "layout": str, "allow-attachments": int,
    "max-size": str, "title": str, "registration": str, "mandatory-login": str,
    "session-prefix": str, "default-department-id": str, "default-is-locked": str,
}  # fmt: skip
_FULL = (
    "server-email", "smtp-host", "smtp-user", "imap-host", "imap-user", "imap-token",
    "mail-template-header-image",
)  # fmt: skip
_SETTABLE = frozenset(
    {
        "language", "recaptcha-public", "recaptcha-private", "maintenance-mode", "layout",
        "allow-attachments", "max-size", "title", "default-department-id", "default-is-locked",
        "url", "server-email", "smtp-host", "smtp-user", "smtp-pass", "imap-host", "imap-user",
        "imap-pass", "imap-token", "mail-template-header-image",
    }
)  # fmt: skip


class GetSettings(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/get-settings."""

    all_settings: Truthy
    place: Annotated[Place, Given()]


def fetch(tx: Tx, ask: GetSettings) -> Any:
    """POST /system/get-settings"""
    held = settings.read(tx)
    if not held:
        return []
    who = callers.caller(tx).person
    is_staff = who is not None and who.staff
    full = ask.all_settings and who is not None and is_staff and who.level >= 3
    out: dict[str, Any] = {
        name: _number(held.get(name)) if kind is int else held.get(name)
        for name, kind in _SHORT.items()
    }
    out["reCaptchaKey"] = held.get("recaptcha-public")
    if full:
        out["reCaptchaPrivate"] = held.get("recaptcha-private")
        out["url"] = ask.place.url(held)
        out.update({name: held.get(name) for name in _FULL})
    out["departments"] = [
        shapes.department(row) for row in departments.listed(tx) if is_staff or not row.private
    ]
    out["supportedLanguages"] = settings.languages(held, "supported-languages")
    out["allowedLanguages"] = settings.languages(held, "allowed-languages")
    out["tags"] = [shapes.tag(row) for row in tags.listed(tx)]
    return out


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() else int(bool(value))


def _sent(look: Look, raw: Any) -> dict[str, str]:
    return {
        name: value
        for name, value in look.fields.items()
        if name in _SETTABLE and type(value) is str
    }


class EditSettings(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/edit-settings."""

    department: Annotated[Any, says("INVALID_DEFAULT_DEPARTMENT", optional(lookups.department))] = (
        msgspec.field(name="default-department-id")
    )
    sent: Annotated[dict[str, str], says("", _sent)]
    allowed_languages: Annotated[str | None, says("", reading.maybe)]
    supported_languages: Annotated[str | None, says("", reading.maybe)]


def edit(tx: Tx, ask: EditSettings) -> None:
    """POST /system/edit-settings"""
    if ask.department is not None and ask.department.private:
        raise Refused("INVALID_DEFAULT_DEPARTMENT")
    changes: dict[str, str | None] = dict(ask.sent)
    if ask.allowed_languages is not None or ask.supported_languages is not None:
        allowed, supported = _codes(ask.allowed_languages), _codes(ask.supported_languages)
        if not supported or not set(supported) <= set(allowed):
            raise Refused("INVALID_SUPPORTED_LANGUAGES")
        changes["allowed-languages"] = ",".join(allowed)
        changes["supported-languages"] = ",".join(supported)
    settings.store(tx, changes)
    logs.add(tx, "EDIT_SETTINGS", callers.person(tx))


def _codes(raw: str | None) -> list[str]:
    try:
        found = reading.json(raw)
    except ValueError:
        raise Refused("INVALID_SUPPORTED_LANGUAGES") from None
    if type(found) is not list or any(code not in settings.LANGUAGES for code in found):
        raise Refused("INVALID_SUPPORTED_LANGUAGES")
    return found


def _unused_name(look: Look, raw: Any) -> str:
    name = reading.clean_name(look, raw)
    if departments.named(look.tx, name) is not None:
        raise ValueError
    return name


class AddDepartment(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/add-department."""

    name: Annotated[str, says("INVALID_NAME", _unused_name)]
    private: Truthy


def add_department(tx: Tx, ask: AddDepartment) -> None:
    """POST /system/add-department"""
    departments.create(tx, name=ask.name, private=ask.private)
    logs.add(tx, "ADD_DEPARTMENT", callers.person(tx), ask.name)


Department = Annotated[Any, says("INVALID_DEPARTMENT", lookups.department)]


class EditDepartment(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/edit-department."""

    department_id: Department
    name: Annotated[str, says("INVALID_NAME", reading.clean_name)]
    private: Truthy


def edit_department(tx: Tx, ask: EditDepartment) -> None:
    """POST /system/edit-department"""
    departments.change(tx, ask.department_id.id, name=ask.name, private=ask.private)
    logs.add(tx, "EDIT_DEPARTMENT", callers.person(tx), ask.name)


class DeleteDepartment(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/delete-department."""

    department_id: Department
    transfer_department_id: Department


def delete_department(tx: Tx, ask: DeleteDepartment) -> None:
    """POST /system/delete-department"""
    departments.delete(tx, ask.department_id.id, heir_id=ask.transfer_department_id.id)
    logs.add(tx, "DELETE_DEPARTMENT", callers.person(tx), ask.department_id.name)


class OwnPassword(msgspec.Struct, frozen=True, rename="camel"):
    """The four switches: the caller's own password."""

    password: Text
    prepared: bool | None = None


def check_password(tx: Tx, ask: OwnPassword) -> bool:
    """Before the transaction: whether it is the caller's password."""
    return accounts.own_password_fits(tx, ask.password)


def _switch(tx: Tx, ask: OwnPassword, name: str, value: str) -> None:
    if not ask.prepared:
        raise Refused("INVALID_PASSWORD")
    settings.store(tx, {name: value})


def require_login(tx: Tx, ask: OwnPassword) -> None:
    """POST /system/enable-mandatory-login"""
    _switch(tx, ask, "mandatory-login", "1")


def waive_login(tx: Tx, ask: OwnPassword) -> None:
    """POST /system/disable-mandatory-login"""
    if not settings.is_on(settings.read(tx), "registration"):
        raise Refused("REGISTRATION_IS_DESACTIVATED")
    _switch(tx, ask, "mandatory-login", "0")


def open_registration(tx: Tx, ask: OwnPassword) -> None:
    """POST /system/enable-registration"""
    _switch(tx, ask, "registration", "1")


def close_registration(tx: Tx, ask: OwnPassword) -> None:
    """POST /system/disable-registration"""
    if not ask.prepared:
        raise Refused("INVALID_PASSWORD")
    if not settings.is_on(settings.read(tx), "mandatory-login"):
        raise Refused("MANDATORY_LOGIN_IS_DESACTIVATED")
    _switch(tx, ask, "registration", "0")


def _key_name(look: Look, raw: Any) -> str:
    name = reading.name(look, raw)
    if not all(char.isalnum() or char.isspace() for char in name):
        raise ValueError
    return name


class AddKey(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/add-api-key."""

    name: Annotated[str, says("INVALID_NAME", _key_name)]
    can_create_users: Truthy
    can_create_tickets: Truthy
    can_check_tickets: Truthy
    should_return_ticket_number: Truthy


def add_key(tx: Tx, ask: AddKey) -> str:
    """POST /system/add-api-key"""
    flags = {
        "creates_users": ask.can_create_users, "creates_tickets": ask.can_create_tickets,
        "checks_tickets": ask.can_check_tickets,
        "returns_number": ask.should_return_ticket_number,
    }  # fmt: skip
    return apikeys.create(tx, ask.name, flags=flags)


class OneKey(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/delete-api-key."""

    name: Annotated[str, says("INVALID_NAME", reading.name)]


def delete_key(tx: Tx, ask: OneKey) -> None:
    """POST /system/delete-api-key"""
    apikeys.delete(tx, ask.name)


def list_keys(tx: Tx, ask: NoAsk) -> list[dict[str, Any]]:
    """POST /system/get-api-keys"""
    return [
        {
            "name": row.name, "token": row.token,
            "canCreateUser": shapes.zero_one(row.creates_users),
            "canCreateTickets": shapes.zero_one(row.creates_tickets),
            "canCheckTickets": shapes.zero_one(row.checks_tickets),
            "shouldReturnTicketNumber": shapes.zero_one(row.returns_number),
        }
        for row in apikeys.listed(tx)
    ]  # fmt: skip


def _description(look: Look, raw: Any) -> str:
    if raw is None:
        return ""
    text = reading.maybe_text(look, raw)
    if len(text) > 100:
        raise ValueError
    return cleaning.clean(text)


def _kind(look: Look, raw: Any) -> str:
    if raw not in ("text", "select"):
        raise ValueError
    return str(raw)


def _options(look: Look, raw: Any) -> list[str]:
    found = reading.json(raw)
    if type(found) is not list or not 2 <= len(found) <= 1000:
        raise ValueError
    for option in found:
        if type(option) is not str or reading.is_blank(option) or "\0" in option:
            raise ValueError
    return found


class AddField(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/add-custom-field."""

    name: Annotated[str, says("INVALID_NAME", reading.clean_name)]
    description: Annotated[str, says("INVALID_DESCRIPTION", _description)]
    type: Annotated[str, says("INVALID_CUSTOM_FIELD_TYPE", _kind)]
    options: Annotated[list[str] | None, says("INVALID_CUSTOM_FIELD_OPTIONS", optional(_options))]


def add_field(tx: Tx, ask: AddField) -> None:
    """POST /system/add-custom-field"""
    customfields.create(
        tx,
        name=ask.name,
        description=ask.description,
        kind=ask.type,
        options=ask.options or (),
    )


class OneField(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/delete-custom-field."""

    id: Annotated[Any, says("INVALID_CUSTOM_FIELD", lookups.custom_field)]


def delete_field(tx: Tx, ask: OneField) -> None:
    """POST /system/delete-custom-field"""
    customfields.delete(tx, ask.id.id)


def list_fields(tx: Tx, ask: NoAsk) -> list[dict[str, Any]]:
    """POST /system/get-custom-fields"""
    return [shapes.custom_field(field, options) for field, options in customfields.listed(tx)]
