"""`backup DEST` and `restore SRC`: one tar file with the database and the files it names.

Online and consistent: the database is copied first, as of one moment, then the files; bytes are
kept a day after they are unlinked, so every file that the copy names is still there.
"""

import io
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import sqlalchemy as sa

from dragoman import __version__, migrations
from dragoman.config import Settings
from dragoman.core import tables
from dragoman.core.database import open_database
from dragoman.core.files import Files
from dragoman.core.tx import Origin

_ORIGIN = Origin("backup")
_ABOUT, _DATABASE, _FILES = "dragoman.json", "database", "files/"

Progress = Callable[[str, int, int], None]


class CannotRestore(Exception):
    """The target holds something, or the backup does not fit; the text says what to do."""


class About(msgspec.Struct):
    """What a backup says of itself."""

    version: str
    schema: str
    engine: str


def backup(settings: Settings, target: Path, progress: Progress) -> None:
    """Write a backup to `target` while the server runs."""
    database = open_database(settings.database_url)
    store = Files(settings.files_url, **settings.data.files_options)
    try:
        with tempfile.TemporaryDirectory() as folder, tarfile.open(target, "w") as tar:
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
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        database.close()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def restore(
    settings: Settings, source: Path, progress: Progress, *, overwrite: bool = False
) -> None:
    """Bring a backup back, into an empty installation unless told. Raises CannotRestore."""
    with tarfile.open(source) as tar:
        about = msgspec.json.decode(_read(tar, _ABOUT), type=About)
        url = settings.database_url
        engine = "sqlite" if url.startswith("sqlite:///") else "postgresql"
        if about.engine != engine:
            raise CannotRestore(f"the backup is of {about.engine}, the database is {engine}")
        if about.schema > migrations.HEAD:
            raise CannotRestore(f"the backup has schema {about.schema}: use a newer Dragoman")
        if migrations.version(url) is not None and not overwrite:
            raise CannotRestore("the database is not empty; --overwrite replaces it")
        with tempfile.TemporaryDirectory() as folder:
            tar.extract(_DATABASE, folder, filter="data")
            copy = Path(folder) / _DATABASE
            if engine == "sqlite":
                _restore_sqlite(url.removeprefix("sqlite:///"), copy)
            else:
                _restore_postgres(url, copy, about.schema, overwrite=overwrite)
        _restore_files(tar, settings, progress)


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    try:
        member = tar.extractfile(name)
    except KeyError:
        member = None
    if member is None:
        raise CannotRestore("this is no backup of Dragoman")
    return member.read()


def _restore_sqlite(path: str, copy: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(path + suffix).unlink(missing_ok=True)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(copy.read_bytes())


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


def _restore_files(tar: tarfile.TarFile, settings: Settings, progress: Progress) -> None:
    store = Files(settings.files_url, **settings.data.files_options)
    members = [member for member in tar.getmembers() if member.name.startswith(_FILES)]
    for at, member in enumerate(members):
        content = tar.extractfile(member)
        if content is not None:
            store.put_at(member.name.removeprefix(_FILES), content.read())
        progress("files", at + 1, len(members))
