"""`dragoman check`: configuration, database, disk, permissions; what is wrong, and the cure."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dragoman import migrations
from dragoman.config import Settings

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
    yield _database(settings.database_url)
    yield _store(settings)
    yield from (_dialect(settings, name) for name in sorted(settings.dialects))
    if not running:
        yield from (
            _port(settings.server.host, name, port) for name, port in settings.ports().items()
        )


def _folder(folder: Path) -> Finding:
    subject = f"data folder {folder.resolve()}"
    if not folder.exists():
        parent = next(
            path for path in (folder.resolve(), *folder.resolve().parents) if path.exists()
        )
        if os.access(parent, os.W_OK):
            return Finding(subject)
        return Finding(
            subject, "cannot be made", f"make it, or give this user write access to {parent}"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(subject, "is not writable", f"chown it to user {os.getuid()}")
    return Finding(subject)


def _disk(folder: Path) -> Finding:
    while not folder.exists():
        folder = folder.resolve().parent
    free = shutil.disk_usage(folder).free
    subject = f"disk, {free >> 20} MiB free"
    if free < _LOW_BYTES:
        return Finding(subject, "is nearly full", "free some space, or shorten log.days")
    return Finding(subject)


def _database(url: str) -> Finding:
    try:
        held = migrations.version(url)
    except Exception as error:  # whatever it is, it is what the owner asks about
        return Finding(
            "database", str(error).strip(), "look at data.database and at the server it names"
        )
    if held is None:
        return Finding("database, empty: the first start fills it")
    if held > migrations.HEAD:
        return Finding(
            f"database, schema {held}", "was made by a newer Dragoman", "update Dragoman"
        )
    if held != migrations.HEAD:
        return Finding(f"database, schema {held}: the next start migrates it to {migrations.HEAD}")
    return Finding(f"database, schema {held}")


def _store(settings: Settings) -> Finding:
    from dragoman.core.files import Files

    subject = f"file store {settings.files_url}"
    try:
        store = Files(settings.files_url, **settings.data.files_options)
        stored = store.put(b"dragoman check")
        store.remove(stored.path)
    except Exception as error:  # as above
        return Finding(subject, str(error).strip(), "look at data.files and data.files_options")
    return Finding(subject)


def _dialect(settings: Settings, name: str) -> Finding:
    from dragoman.app import DIALECTS

    subject = f"settings of {name}"
    kind = next((kind for kind in DIALECTS if kind.name == name), None)
    if kind is None:
        return Finding(subject, "no such dialect", f"remove [dialects.{name}]")
    try:
        kind.check_options(settings.dialects[name])
    except msgspec.ValidationError as error:
        return Finding(subject, str(error), f"see the table in dialects/{name}/options.py")
    return Finding(subject)


def _port(host: str, name: str, port: int) -> Finding:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            return Finding(
                f"port {port} ({name})",
                str(error.strerror),
                "stop what listens there, or set server.ports",
            )
    return Finding(f"port {port} ({name})")
