"""Setting an empty desk up through the API. Source: spec/opensupports 9.5."""

from typing import Annotated, Any

import msgspec

from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import reading
from dragoman.dialects.opensupports.places import Place
from dragoman.dialects.opensupports.reading import Look, says
from dragoman.dialects.opensupports.refusals import Refused
from dragoman.domains.desk import departments, setup, staff
from dragoman.domains.desk.faults import Installed
from dragoman.wire.binding import Given
from dragoman.wire.endpoint import NoAsk

_SWITCHES = ("registration", "mandatory-login", "allow-attachments")
_TEXTS = (
    "title", "url", "server-email", "smtp-host", "smtp-user", "smtp-pass", "imap-host",
    "imap-user", "imap-pass",
)  # fmt: skip


def is_done(tx: Tx, ask: NoAsk) -> int:
    """POST /system/installation-done"""
    return int(setup.is_installed(tx))


def requirements(tx: Tx, ask: NoAsk) -> dict[str, Any]:
    """POST /system/check-requirements"""
    if setup.is_installed(tx):
        raise Installed
    return {
        "phpVersion": {"name": "Server", "value": "Dragoman", "ok": True},
        "PDO": {"name": "Database", "value": "Available", "ok": True},
        "configFile": {"name": "Configuration", "value": "Read", "ok": True},
        "files": {"name": "File store", "value": "Writable", "ok": True},
    }


def database(tx: Tx, ask: NoAsk) -> None:
    """POST /system/init-database: the storage is preset."""
    raise Refused("INIT_SETTINGS_DONE")


def _sent(look: Look, raw: Any) -> dict[str, str | None]:
    out: dict[str, str | None] = {
        name: "1" if reading.truthy(look, look.fields.get(name)) else "0" for name in _SWITCHES
    }
    for name in _TEXTS:
        value = reading.maybe(look, look.fields.get(name))
        if value is not None and (value or name not in ("title", "url")):
            out[name] = value
    return out


class InitSettings(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/init-settings."""

    language: Annotated[str, says("INVALID_LANGUAGE", reading.language)]
    sent: Annotated[dict[str, str | None], says("", _sent)]
    place: Annotated[Place, Given()]


def settings(tx: Tx, ask: InitSettings) -> None:
    """POST /system/init-settings"""
    values = {"url": ask.place.public_url, **ask.sent, "language": ask.language}
    setup.initialise(tx, values)


class InitAdmin(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/init-admin."""

    name: Annotated[str, says("INVALID_NAME", reading.name)]
    email: Annotated[str, says("INVALID_EMAIL", reading.email)]
    password: Annotated[str, says("INVALID_PASSWORD", reading.password)]
    prepared: str | None = None


def administrator(tx: Tx, ask: InitAdmin) -> None:
    """POST /system/init-admin"""
    if staff.any_exists(tx):
        raise Installed
    id = staff.join(
        tx, email=ask.email, name=ask.name, level=3, password_hash=ask.prepared or "",
        profile_pic="", mail_on_new_ticket=True,
    )  # fmt: skip
    staff.place(tx, id, [row.id for row in departments.listed(tx)])
