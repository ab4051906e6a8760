"""Setting the desk up: settings, languages, the first department."""

import secrets
from collections.abc import Mapping

from dragoman.core.ids import random_hex
from dragoman.core.tx import Tx
from dragoman.domains.desk import departments, settings
from dragoman.domains.desk.faults import Installed

_FIRST_DEPARTMENT = "Help and Support"
_LOGO = "https://www.opensupports.com/logo.png"
_TWELVE_DAYS_MS = 12 * 86_400_000


def is_installed(tx: Tx) -> bool:
    """Whether there are settings."""
    return bool(settings.read(tx))


def install(tx: Tx, values: Mapping[str, str | None] | None = None) -> None:
    """What a normal start does; nothing on a desk that has been set up."""
    if not is_installed(tx):
        initialise(tx, {"registration": "1", "allow-attachments": "1", **(values or {})})


def initialise(tx: Tx, values: Mapping[str, str | None]) -> None:
    """Write settings (`values` over defaults) and the first department. Raises Installed."""
    if is_installed(tx):
        raise Installed
    language = values.get("language") or "en"
    defaults: dict[str, str | None] = {
        "language": language, "recaptcha-public": "", "recaptcha-private": "",
        "maintenance-mode": "0", "layout": "boxed", "allow-attachments": "0", "max-size": "1",
        "title": "Support Center", "registration": "0", "mandatory-login": "0",
        "session-prefix": f"opensupports-{random_hex(40)}_", "default-department-id": "1",
        "default-is-locked": "0", "url": "", "server-email": None, "smtp-host": None,
        "smtp-user": None, "smtp-pass": None, "imap-host": None, "imap-user": None,
        "imap-pass": None, "imap-token": "", "mail-template-header-image": _LOGO,
        "ticket-first-number": str(100000 + secrets.randbelow(900000)),
        "ticket-gap": str(_random_prime()),
        "last-stat-day": str(tx.now_ms - _TWELVE_DAYS_MS),
        "allowed-languages": ",".join(settings.LANGUAGES), "supported-languages": language,
    }  # fmt: skip
    settings.store(tx, {**defaults, **values})
    departments.create(tx, name=_FIRST_DEPARTMENT)


def _random_prime() -> int:
    while True:
        number = 100000 + secrets.randbelow(900000) | 1
        if all(number % divisor for divisor in range(3, 1000, 2)):
            return number
