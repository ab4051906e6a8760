"""First start: migrate, install what each domain needs, make an administrator."""

import fcntl
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dragoman import fixtures, migrations, readiness
from dragoman.config import Settings
from dragoman.core import jobs
from dragoman.core.clock import now_ms
from dragoman.core.database import open_database
from dragoman.core.files import Files
from dragoman.core.identity import accounts, passwords
from dragoman.core.loading import Loading
from dragoman.core.tx import Origin, Tx
from dragoman.housekeeping import PLANS

_ORIGIN = Origin("setup")
_INSTALLED = ("things", "profiles", "shop", "content", "desk", "console")
_DOORS = (
    {"domain": "console", "role": "owner"},
    {"domain": "content"},
    {"domain": "shop", "login": "admin", "kind": "manager", "api": True},
    {"domain": "things", "login": "admin"},
    {"domain": "desk", "kind": "staff", "level": 3},
)


def prepare(settings: Settings, *, administrator: bool = True) -> str | None:
    """Bring the database up to date; on an empty one make the first administrator.

    administrator: False leaves that to a fixture. Returns the password if one was made up, for the
    one time it is shown. Runs under a lock, so that two starts at once do it once.
    """
    with _turn(settings):
        migrations.upgrade(settings.database_url)
        return _first_start(settings, administrator=administrator)


def migrate(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Bring the database up to date, under the same lock. Raises TooNew."""
    with _turn(settings):
        migrations.upgrade(settings.database_url, say=say)


@contextmanager
def _turn(settings: Settings) -> Iterator[None]:
    with (readiness.make_folder(settings) / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _first_start(settings: Settings, *, administrator: bool) -> str | None:
    database = open_database(settings.database_url)
    try:
        with database.begin(_ORIGIN, writes=False) as tx:
            empty = not accounts.listed(tx)
        password = settings.admin.password or secrets.token_urlsafe(12) + "42"
        hashed = passwords.hashed(password) if empty and administrator else None
        with database.begin(_ORIGIN, writes=True) as tx:
            jobs.plant(tx, PLANS)
            for domain in _INSTALLED:
                _install(tx, domain)
            if hashed is not None:
                _administrator(tx, settings, hashed)
        shown = hashed is not None and not settings.admin.password
        return password if shown else None
    finally:
        database.close()


def _install(tx: Tx, domain: str) -> None:
    found = fixtures.module(domain, "setup")
    if found is not None:
        found.install(tx)


def _administrator(tx: Tx, settings: Settings, hashed: str) -> None:
    loading = Loading(Files(settings.files_url, **settings.data.files_options), Path(), now_ms())
    email = settings.admin.email
    account_id = accounts.create(tx, name="Administrator", email=email)
    loading.account_ids[email.lower()] = account_id
    loading.password_hash = hashed
    for door in _DOORS:
        fixtures.part("join", str(door["domain"]))(
            tx, account_id, {"login": email, **door}, loading
        )
