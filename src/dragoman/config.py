"""Settings: a TOML file and DRAGOMAN_* variables, validated at start.

`DRAGOMAN_<SECTION>_<NAME>` overrides a value: `DRAGOMAN_SERVER_WORKERS=4`,
`DRAGOMAN_CHAUTEC_SESSION_HOURS=8`.
"""

import os
import tomllib
from collections.abc import Mapping
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


class Server(msgspec.Struct, forbid_unknown_fields=True):
    """Where to listen. ports: dialect -> port, default console_port + 1..5; hosts: host name ->
    dialect.
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
    """Where things lie. An empty database or files value means inside `dir`."""

    dir: str = "./data"
    database: str = ""
    files: str = ""
    files_options: dict[str, Any] = {}


class Log(msgspec.Struct, forbid_unknown_fields=True):
    """The request log. rows: keep at most that many (0: as many as there are)."""

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
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise BadSettings(f"{path}: {error}") from None
    _lay_over(values, os.environ if environ is None else environ)
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise BadSettings(f"settings: {error}") from None


def _lay_over(values: dict[str, Any], environ: Mapping[str, str]) -> None:
    sections = {field.name for field in msgspec.structs.fields(Settings)} - {"dialects"}
    for name, text in environ.items():
        if not name.startswith("DRAGOMAN_"):
            continue
        section, _, key = name.removeprefix("DRAGOMAN_").lower().partition("_")
        if not key:
            continue
        target = values if section in sections else values.setdefault("dialects", {})
        target.setdefault(section, {})[key] = _value(text)


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
