"""What goes wrong outside of us (files, databases, stores), in a line that an operator can use."""

import errno

from dragoman.config import BadSettings

_DRIVERS = ("apsw", "psycopg", "psycopg_pool", "sqlite3", "sqlalchemy")
# Of the drivers' errors, those that say something about the world and not about our SQL.
_WORLDLY = frozenset(
    {
        "BusyError", "CantOpenError", "CorruptError", "FullError", "IOError", "LockedError",
        "NotADBError", "OperationalError", "PermissionsError", "PoolTimeout", "ReadOnlyError",
        "DiskFull", "AdminShutdown", "CannotConnectNow", "ReadOnlySqlTransaction",
        "InsufficientPrivilege", "TooManyConnections", "ConnectionTimeout", "FullDatabase",
    }
)  # fmt: skip
_CURES = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EACCES: "permission denied; give this user access, or run as another one",
    errno.EPERM: "permission denied; give this user access, or run as another one",
    errno.EROFS: "the file system is read-only; choose another folder",
    errno.EDQUOT: "this user's share of the disk is used up; free some space and try again",
}


class Trouble(Exception):
    """Something that the operator can mend; the text says what is wrong, and the cure."""


def explained(error: BaseException) -> str | None:
    """One or two plain lines, or None when it is a fault of ours and the traceback is wanted."""
    from dragoman.core.database import DatabaseFailed
    from dragoman.core.loading import BadFixture
    from dragoman.migrations import TooNew

    if isinstance(error, Trouble | BadSettings):
        return str(error)
    if isinstance(error, BadFixture):
        return f"{error.where}: {error}" if error.where else str(error)
    if isinstance(error, TooNew):
        return f"{error}; update Dragoman, or restore a backup from before"
    if isinstance(error, DatabaseFailed):
        return f"the database: {_first_line(error)}; `dragoman check` looks closer"
    if isinstance(error, OSError):
        return _of_system(error)
    module = type(error).__module__.partition(".")[0]
    names = {kind.__name__ for kind in type(error).__mro__}
    if module in _DRIVERS and names & _WORLDLY:
        return f"the database: {_first_line(error)}; `dragoman check` looks closer"
    if module == "obstore":
        return f"the file store: {store_problem(error)}; look at data.files and data.files_options"
    return None


def of_constraint(error: BaseException) -> bool:
    """Whether the database refused a value: missing, there twice, or referring to nothing."""
    module = type(error).__module__.partition(".")[0]
    names = {kind.__name__ for kind in type(error).__mro__}
    return module in _DRIVERS and bool(names & {"ConstraintError", "IntegrityError"})


def _of_system(error: OSError) -> str:
    said = _CURES.get(error.errno or 0) or (error.strerror or str(error)).lower()
    return f"{error.filename}: {said}" if error.filename else said


def _first_line(error: BaseException) -> str:
    said = str(error).strip().partition("\n")[0]
    return said if said not in ("", "not an error") else type(error).__name__  # apsw's own words


def store_problem(error: BaseException) -> str:
    """The first line of what a file store complains of; it goes on for pages."""
    return _first_line(error)
