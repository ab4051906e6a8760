"""Whether a command can begin: folder, database, its schema, and that no server is in the way."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dragoman import migrations
from dragoman.config import Settings
from dragoman.core.database import problem
from dragoman.troubles import Trouble, explained

_PASSWORD = re.compile(r"(//[^:/@]*):[^@/]*@")
_SERVING = "serving.lock"


def shown(url: str) -> str:
    """A database's address as it may be printed: without a password."""
    return _PASSWORD.sub(r"\1@", url)


def make_folder(settings: Settings) -> Path:
    """The data folder, made for this user alone when it is not there. Raises Trouble."""
    folder = Path(settings.data.dir)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise Trouble(f"{folder} is no folder; choose another data.dir") from None
    except OSError as error:
        raise Trouble(f"cannot make the data folder: {explained(error)}") from None
    return folder


def refuse_unusable(settings: Settings) -> None:
    """Raise Trouble for a database that cannot be read and written; an empty one will do."""
    said = problem(settings.database_url)
    if said is not None:
        name = "data.database" if settings.data.database else "data.dir"
        raise Trouble(
            f"cannot use the database {shown(settings.database_url)}: {said}\n"
            f"Look at the setting {name} (DRAGOMAN_{name.replace('.', '_').upper()}, or a file "
            "with --config)."
        )


def refuse_unready(settings: Settings) -> None:
    """Raise Trouble also for a database that is empty, or has another schema than this version."""
    refuse_unusable(settings)
    held = migrations.version(settings.database_url)
    if held is None:
        raise Trouble(
            f"the database {shown(settings.database_url)} is empty\n"
            "`dragoman serve` fills it at its first start. Is another data.dir meant, or --config?"
        )
    if held > migrations.HEAD:
        raise migrations.TooNew(
            f"the database has schema {held}, this Dragoman knows {migrations.HEAD}"
        )
    if held < migrations.HEAD:
        raise Trouble(
            f"the database has schema {held}, this Dragoman needs {migrations.HEAD}\n"
            "`dragoman migrate` brings it up to date."
        )


def hold(settings: Settings) -> IO[str]:
    """Say that a server runs on this data folder, until the file returned is closed by all who
    have it. Raises Trouble while it is being restored.
    """
    held = (make_folder(settings) / _SERVING).open("a")
    try:
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise Trouble(f"{settings.data.dir} is being restored; start when that is done") from None
    return held


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """No server runs on this data folder meanwhile. Raises Trouble where one does."""
    with (make_folder(settings) / _SERVING).open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(
                f"a server runs on {settings.data.dir}\nStop it first: what it still writes would "
                "be lost."
            ) from None
        yield


def is_served(settings: Settings) -> bool:
    """Whether a server of this machine runs on this data folder. Makes nothing."""
    try:
        with (Path(settings.data.dir) / _SERVING).open() as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # there is none, or none that we may look at
        return False
    return False
