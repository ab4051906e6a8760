"""`backup DEST` and `restore SRC`: one tar file with the database and the files it names.

Online and consistent: the database is copied first, as of one moment, then the files; bytes are
kept a day after they are unlinked, so every file that the copy names is still there.
"""

import io
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import sqlalchemy as sa

from dragoman import __version__, migrations
from dragoman.config import Settings
from dragoman.core import tables
from dragoman.core.database import Database, open_database
from dragoman.core.files import Files
from dragoman.core.tx import Origin
from dragoman.troubles import Trouble

_ORIGIN = Origin("backup")
_ABOUT, _DATABASE, _FILES = "dragoman.json", "database", "files/"
_TRIAL = ".dragoman-"
_STORED = re.compile(r"files/[0-9a-f]+/[0-9a-f]+\Z")

Progress = Callable[[str, int, int], None]


class CannotRestore(Trouble):
    """The target holds something, or the backup does not fit; the text says what to do."""


class About(msgspec.Struct):
    """What a backup says of itself."""

    version: str
    schema: str
    engine: str


def backup(settings: Settings, target: Path, progress: Progress) -> None:
    """Write a backup to `target` while the server runs: whole, or not at all.

    It is written beside, under another name, for its owner alone to read, and renamed when it lies
    on the disk.
    """
    database = open_database(settings.database_url)
    store = Files(settings.files_url, **settings.data.files_options)
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        with open(part, "xb", opener=_for_me_alone) as out:  # Path has no opener
            with tarfile.open(fileobj=out, mode="w") as tar:
                _fill(tar, database, store, progress, beside=target.parent)
            out.flush()
            os.fsync(out.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
        database.close()


def _for_me_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _fill(
    tar: tarfile.TarFile, database: Database, store: Files, progress: Progress, *, beside: Path
) -> None:
    # Not in /tmp, which may be small, or memory: where the backup goes there must be room anyway.
    with tempfile.TemporaryDirectory(dir=beside, prefix=_TRIAL) as folder:
        copy = Path(folder) / _DATABASE
        database.backup(str(copy), lambda done, total: progress("database", done, total))
        about = About(__version__, database.version() or "", database.name)
        _add(tar, _ABOUT, msgspec.json.encode(about))
        tar.add(copy, _DATABASE)
    with database.begin(_ORIGIN, writes=False) as tx:
        paths = [row.path for row in tx.all(sa.select(tables.files.c.path))]
    for at, path in enumerate(paths):
        try:
            _add(tar, _FILES + path, store.read(path))
        except FileNotFoundError:  # unlinked and swept since the copy was made
            continue
        progress("files", at + 1, len(paths))


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def restore(
    settings: Settings, source: Path, progress: Progress, *, overwrite: bool = False
) -> None:
    """Bring a backup back, into an empty installation unless told. Raises CannotRestore.

    The whole backup is read before anything is touched, and the files come before the database
    that names them: what fails on the way leaves the installation as it was.
    """
    url = settings.database_url
    engine = "sqlite" if url.startswith("sqlite:///") else "postgresql"
    try:
        with (
            tarfile.open(source, "r:") as tar,
            tempfile.TemporaryDirectory(dir=settings.data.dir, prefix=_TRIAL) as folder,
        ):
            about = _about(tar, engine)
            if migrations.version(url) is not None and not overwrite:
                raise CannotRestore("the database is not empty; --overwrite replaces it")
            members = tar.getmembers()  # which reads on to the end
            tar.extract(_DATABASE, folder, filter="data")
            _restore_files(tar, members, settings, progress)
            copy = Path(folder) / _DATABASE
            progress("database", 0, 1)
            if engine == "sqlite":
                _restore_sqlite(url.removeprefix("sqlite:///"), copy)
            else:
                _restore_postgres(url, copy, about.schema, overwrite=overwrite)
    except (tarfile.TarError, KeyError):
        raise CannotRestore(
            f"{source} is no whole backup of Dragoman: it is cut off, or something else"
        ) from None


def _about(tar: tarfile.TarFile, engine: str) -> About:
    try:
        about = msgspec.json.decode(_read(tar, _ABOUT), type=About)
    except msgspec.MsgspecError:
        raise CannotRestore("this is no backup of Dragoman") from None
    if about.engine != engine:
        raise CannotRestore(
            f"the backup is of {about.engine}, the database is {engine}; look at data.database"
        )
    if about.schema > migrations.HEAD:
        raise CannotRestore(
            f"the backup has schema {about.schema}, this Dragoman knows {migrations.HEAD}: use the "
            f"version that made it ({about.version}), or a newer one"
        )
    return about


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    try:
        member = tar.extractfile(name)
    except KeyError:
        member = None
    if member is None:
        raise CannotRestore("this is no backup of Dragoman")
    return member.read()


def _restore_sqlite(path: str, copy: Path) -> None:
    """Beside the present file first, which takes the space it needs; then in its place."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.restoring")
    try:
        with open(part, "wb", opener=_for_me_alone) as out, copy.open("rb") as read:
            shutil.copyfileobj(read, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())
        for suffix in ("-wal", "-shm"):  # of the old one; nobody has it open
            Path(path + suffix).unlink(missing_ok=True)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _restore_postgres(url: str, copy: Path, schema: str, *, overwrite: bool) -> None:
    from dragoman.core.engines.postgres import Postgres

    database = Postgres(url)
    try:
        if overwrite:
            database.wipe()
        migrations.upgrade(url, to=schema)
        database.restore(str(copy))
    finally:
        database.close()


def _restore_files(
    tar: tarfile.TarFile,
    members: list[tarfile.TarInfo],
    settings: Settings,
    progress: Progress,
) -> None:
    store = Files(settings.files_url, **settings.data.files_options)
    named = [member for member in members if member.name.startswith(_FILES)]
    if not all(_STORED.match(member.name) for member in named):
        raise CannotRestore("this is no backup of Dragoman: it names files in other places")
    for at, member in enumerate(named):
        content = tar.extractfile(member)
        if content is not None:
            store.put_at(member.name.removeprefix(_FILES), content.read())
        progress("files", at + 1, len(named))
