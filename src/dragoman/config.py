"""Settings: a TOML file and DRAGOMAN_* variables, validated at start.

`DRAGOMAN_<SECTION>_<NAME>` overrides a value: `DRAGOMAN_SERVER_WORKERS=4`,
`DRAGOMAN_CHAUTEC_SESSION_HOURS=8`.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import msgspec

PORTS = {
    "cartum": 1,
    "altcraft": 2,
    "rightech": 3,
    "chautec": 4,
    "opensupports": 5,
}  # offsets from the console's
NAMES = ("console", *PORTS)
_MOST_WORKERS = 256
_NOT_OURS = (
    "DRAGOMAN_CONFIG",
    "DRAGOMAN_TEST_",
    "DRAGOMAN_BROWSER_",
)  # of the command, of the tests
_DATABASES = ("sqlite:///", "postgresql://", "postgres://")


class Server(msgspec.Struct, forbid_unknown_fields=True):
    """Where to listen. host: an address of this machine, 0.0.0.0 for all. ports: dialect -> port,
    default console_port + 1..5. workers: processes. hosts: host name -> dialect, on the console's
    port. disabled: dialects that do not listen. trust_proxy: believe X-Forwarded-Proto and the last
    address in X-Forwarded-For. public_urls: dialect -> where people reach it, for mails and pages.
    """

    host: str = "127.0.0.1"
    console_port: int = 8000
    workers: int = 1
    ports: dict[str, int] = {}
    hosts: dict[str, str] = {}
    disabled: list[str] = []
    trust_proxy: bool = False
    public_urls: dict[str, str] = {}


class Data(msgspec.Struct, forbid_unknown_fields=True):
    """Where things lie. database: `sqlite:///path` or `postgresql://user:password@host/name`.
    files: `file:///folder` or `s3://bucket/prefix`, with files_options for that store (region,
    endpoint, access_key_id, secret_access_key). An empty database or files value means inside
    `dir`.
    """

    dir: str = "./data"
    database: str = ""
    files: str = ""
    files_options: dict[str, Any] = {}


class Log(msgspec.Struct, forbid_unknown_fields=True):
    """The request log. days: how long a call is kept. rows: keep at most that many (0: as many as
    there are). body_bytes: how much of a body is kept.
    """

    days: int = 30
    rows: int = 0
    body_bytes: int = 65_536


class Admin(msgspec.Struct, forbid_unknown_fields=True):
    """The first administrator, made on an empty database; an empty password is made up and printed
    once.
    """

    email: str = "admin@example.com"
    password: str = ""


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """Everything that can be set. dialects: a free section each, checked by the dialect itself."""

    server: Server = msgspec.field(default_factory=Server)
    data: Data = msgspec.field(default_factory=Data)
    log: Log = msgspec.field(default_factory=Log)
    admin: Admin = msgspec.field(default_factory=Admin)
    dialects: dict[str, dict[str, Any]] = {}

    @property
    def database_url(self) -> str:
        """The database, inside the data folder unless set."""
        return self.data.database or f"sqlite:///{Path(self.data.dir).resolve() / 'dragoman.db'}"

    @property
    def files_url(self) -> str:
        """The file store, inside the data folder unless set."""
        return self.data.files or f"file://{Path(self.data.dir).resolve() / 'files'}"

    def ports(self) -> dict[str, int]:
        """Dialect -> port, the console's included; switched-off dialects are left out."""
        base = self.server.console_port
        ports = {"console": base, **{name: base + offset for name, offset in PORTS.items()}}
        ports.update(self.server.ports)
        return {name: port for name, port in ports.items() if name not in self.server.disabled}

    def origin(self, name: str) -> str:
        """Where callers reach a dialect on this machine, `http://127.0.0.1:8004`."""
        host = "127.0.0.1" if self.server.host in ("0.0.0.0", "::", "") else self.server.host  # noqa: S104 # compared
        return f"http://{host}:{self.ports()[name]}"


class BadSettings(Exception):
    """A setting is missing, unknown or of the wrong type; the text says which, and the cure."""


def read(path: str | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from a TOML file (optional), the environment laid over it. Raises BadSettings."""
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise BadSettings(f"{path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise BadSettings(f"{path}: this is no text in UTF-8, so no TOML file") from None
        except tomllib.TOMLDecodeError as error:
            raise BadSettings(f"{path}: not a TOML file: {error}") from None
    _lay_over(values, os.environ if environ is None else environ)
    try:
        settings = msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise BadSettings(in_words(error)) from None
    refuse_odd(settings)
    return settings


_UNKNOWN = re.compile(r"Object contains unknown field `([^`]*)`(?: - at `\$\.?(.*)`)?\Z")
_WRONG = re.compile(r"(Expected .*) - at `\$\.?(.*)`\Z")


def in_words(
    error: msgspec.ValidationError, kind: type[msgspec.Struct] = Settings, section: str = ""
) -> str:
    """What is wrong with which setting, and what may have been meant. section: where `kind` stands
    in the file, such as `dialects.chautec`.
    """
    if found := _UNKNOWN.match(str(error)):
        name, inner = found[1], found[2] or ""
        known = [field.name for field in msgspec.structs.fields(_inner(kind, inner))]
        place = ".".join(filter(None, (section, inner, name)))
        return f"unknown setting {place}{meant(name, known)}; docs/settings.md lists them"
    if found := _WRONG.match(str(error)):
        place = ".".join(filter(None, (section, found[2])))
        return f"setting {place}: {found[1][0].lower()}{found[1][1:].replace('`', '')}"
    return f"settings: {error}"


def _inner(kind: type[msgspec.Struct], path: str) -> type[msgspec.Struct]:
    for name in filter(None, path.split(".")):
        fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
        inner = fields.get(name)
        if not (isinstance(inner, type) and issubclass(inner, msgspec.Struct)):
            break
        kind = inner
    return kind


def meant(name: str, known: Collection[str]) -> str:
    """` (did you mean x?)` where one of the known names is near."""
    near = difflib.get_close_matches(name, known, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def refuse_odd(settings: Settings) -> None:
    """Raise BadSettings for values of the right type that cannot work."""
    if not 1 <= settings.server.workers <= _MOST_WORKERS:
        raise BadSettings(f"setting server.workers: from 1 to {_MOST_WORKERS}")
    for name in ("days", "rows", "body_bytes"):
        if getattr(settings.log, name) < 0:
            raise BadSettings(f"setting log.{name}: from 0")
    if "@" not in settings.admin.email:
        raise BadSettings("setting admin.email: not an e-mail address")
    _refuse_names(settings)
    _refuse_ports(settings)
    if settings.data.database and not settings.data.database.startswith(_DATABASES):
        raise BadSettings(
            "setting data.database: starts with sqlite:/// or postgresql://; left out, it is a "
            "SQLite file in data.dir"
        )


def _refuse_names(settings: Settings) -> None:
    server = settings.server
    named = {
        "server.ports": server.ports, "server.disabled": server.disabled,
        "server.public_urls": server.public_urls, "server.hosts": server.hosts.values(),
        "dialects": settings.dialects,
    }  # fmt: skip
    for place, names in named.items():
        for name in sorted(set(names) - set(NAMES)):
            raise BadSettings(
                f"setting {place}: no dialect {name!r}{meant(name, NAMES)}; "
                f"there are {', '.join(NAMES)}"
            )


def _refuse_ports(settings: Settings) -> None:
    taken: dict[int, str] = {}
    for name, port in settings.ports().items():
        if not 0 < port < 1 << 16:
            raise BadSettings(
                f"port {port} ({name}): ports go from 1 to 65535; server.console_port (--port) and "
                "the five after it, or server.ports"
            )
        if port in taken:
            raise BadSettings(f"port {port} is given to both {taken[port]} and {name}")
        taken[port] = name


def _lay_over(values: dict[str, Any], environ: Mapping[str, str]) -> None:
    sections = {field.name for field in msgspec.structs.fields(Settings)} - {"dialects"}
    for name, text in environ.items():
        if not name.startswith("DRAGOMAN_") or name.startswith(_NOT_OURS):
            continue
        section, _, key = name.removeprefix("DRAGOMAN_").lower().partition("_")
        if not key or section not in sections | set(NAMES):
            raise BadSettings(
                f"variable {name}: no such setting; variables are named DRAGOMAN_SECTION_NAME, "
                "docs/settings.md lists them"
            )
        target = values if section in sections else values.setdefault("dialects", {})
        if not isinstance(target, dict) or not isinstance(target.setdefault(section, {}), dict):
            continue  # the file has something odd there, and that is told
        target[section][key] = _value(text)


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
