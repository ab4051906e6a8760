"""The desk's settings: texts by name, as the installation and staff have set them."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import prepare
from dragoman.core.tx import Tx
from dragoman.domains.desk import tables

LANGUAGES = (
    "en", "es", "de", "fr", "pt", "jp", "ru", "cn", "in", "tr", "it", "br", "gr", "nl", "pl",
)  # fmt: skip
SECRETS = frozenset({"recaptcha-private", "smtp-pass", "imap-pass", "imap-token"})
MEGABYTE = 1 << 20
_ALL = prepare(sa.select(tables.settings.c.name, tables.settings.c.value, tables.settings.c.hidden))


_MAIL = prepare(
    sa.select(tables.settings.c.name, tables.settings.c.value).where(
        tables.settings.c.name.in_(("language", "url", "smtp-host", "mail-template-header-image"))
    )
)


def of_mail(tx: Tx) -> dict[str, str | None]:
    """The few that every mail needs: language, url, smtp-host, mail-template-header-image."""
    return {row.name: row.value for row in tx.all(_MAIL)}


def read(tx: Tx) -> dict[str, str | None]:
    """Every setting, secrets included; empty before installation."""
    return {row.name: row.hidden if row.name in SECRETS else row.value for row in tx.all(_ALL)}


def store(tx: Tx, values: Mapping[str, str | None]) -> None:
    """Set what is named."""
    for name, value in values.items():
        column = "hidden" if name in SECRETS else "value"
        tx.upsert(tables.settings, {"name": name}, {column: value})


def is_on(values: Mapping[str, Any], name: str) -> bool:
    """Whether a switch is on: anything but absent, empty and "0"."""
    return values.get(name) not in (None, "", "0")


def languages(values: Mapping[str, Any], name: str) -> list[str]:
    """`allowed-languages` or `supported-languages`, in the fixed order."""
    held = (values.get(name) or "").split(",")
    return [code for code in LANGUAGES if code in held]


def max_bytes(values: Mapping[str, Any]) -> int:
    """The largest file."""
    try:
        return int(float(values.get("max-size") or 0) * MEGABYTE)
    except (ValueError, OverflowError):
        return 0


def mails_go_out(values: Mapping[str, Any]) -> bool:
    """Whether a mail server is configured."""
    return bool(values.get("smtp-host"))
