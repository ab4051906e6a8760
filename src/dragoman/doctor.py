"""`dragoman check`: configuration, database, disk, permissions; what is wrong, and the cure."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dragoman import config, migrations, readiness
from dragoman.config import Settings
from dragoman.core.database import problem
from dragoman.serving import cure_of
from dragoman.troubles import store_problem

_LOW_BYTES = 500 << 20


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. problem: empty when all is well; cure: what to do."""

    subject: str
    problem: str = ""
    cure: str = ""


def examine(settings: Settings, *, running: bool = False) -> Iterator[Finding]:
    """Look at everything in turn. running: the server is up, so its ports are taken by right."""
    yield _folder(Path(settings.data.dir))
    yield _disk(Path(settings.data.dir))
    yield _database(settings)
    yield _store(settings)
    yield from (of_dialect(settings, name) for name in sorted(settings.dialects))
    if readiness.is_served(settings):
        yield Finding("server, runs on this folder: its ports are not looked at")
    elif not running:
        yield from (
            _port(settings.server.host, name, port) for name, port in settings.ports().items()
        )


def _folder(folder: Path) -> Finding:
    subject = f"data folder {folder.resolve()}"
    if folder.exists() and not folder.is_dir():
        return Finding(subject, "is no folder", "choose another data.dir")
    if not folder.exists():
        parent = next(path for path in folder.resolve().parents if path.exists())
        if os.access(parent, os.W_OK | os.X_OK):
            return Finding(f"{subject}, not there: the first start makes it")
        return Finding(
            subject, "cannot be made", f"make it, or give user {os.getuid()} access to {parent}"
        )
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"dragoman check")
    except OSError as error:
        return Finding(subject, _said(error), f"give user {os.getuid()} access, or free some space")
    return Finding(subject)


def _said(error: OSError) -> str:
    return f"cannot be written to: {(error.strerror or str(error)).lower()}"


def _disk(folder: Path) -> Finding:
    while not folder.exists():
        folder = folder.resolve().parent
    free = shutil.disk_usage(folder).free
    subject = f"disk, {free >> 20} MiB free"
    if free < _LOW_BYTES:
        return Finding(subject, "is nearly full", "free some space, or shorten log.days")
    return Finding(subject)


def _database(settings: Settings) -> Finding:
    url = settings.database_url
    subject = f"database {readiness.shown(url)}"
    own = not settings.data.database  # inside the data folder, which may have to be made
    said = None if own and not Path(settings.data.dir).is_dir() else problem(url)
    if said is not None:
        place = "data.dir" if own else "data.database"
        return Finding(subject, said, f"look at {place}, and at what it names")
    held = migrations.version(url)
    if held is None:
        return Finding(f"{subject}, empty: the first start fills it")
    if held > migrations.HEAD:
        return Finding(
            f"{subject}, schema {held}", "was made by a newer Dragoman", "update Dragoman"
        )
    if held != migrations.HEAD:
        return Finding(f"{subject}, schema {held}: the next start migrates to {migrations.HEAD}")
    return Finding(f"{subject}, schema {held}")


def _store(settings: Settings) -> Finding:
    from dragoman.core.files import Files

    subject = f"file store {settings.files_url}"
    if settings.files_url.startswith("file://"):
        folder = Path(settings.files_url.removeprefix("file://"))
        if not folder.exists():  # looking must not make it, perhaps for another user
            return Finding(f"{subject}, not there: the first start makes it")
    try:
        store = Files(settings.files_url, **settings.data.files_options)
        stored = store.put(b"dragoman check")
        store.remove(stored.path)
    except Exception as error:  # whatever it is, it is what the owner asks about
        cure = "look at data.files and data.files_options, and who may write there"
        return Finding(subject, store_problem(error), cure)
    return Finding(subject)


def of_dialect(settings: Settings, name: str) -> Finding:
    """Whether a dialect takes its settings."""
    from dragoman.app import DIALECTS

    subject = f"settings of {name}"
    kind = next((kind for kind in DIALECTS if kind.name == name), None)
    if kind is None:
        return Finding(subject, "no such dialect", f"remove [dialects.{name}]")
    try:
        kind.check_options(settings.dialects[name])
    except msgspec.ValidationError as error:
        said = config.in_words(error, kind.options_type or Options, f"dialects.{name}")
        return Finding(subject, said, "docs/settings.md lists them all with their defaults")
    return Finding(subject)


class Options(msgspec.Struct):
    """Of a dialect without settings."""


def _port(host: str, name: str, port: int) -> Finding:
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(kind, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            return Finding(f"port {port} ({name}) on {host}", str(error.strerror), cure_of(error))
    return Finding(f"port {port} ({name})")
