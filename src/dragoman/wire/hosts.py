"""Which dialect a connection speaks: by port, by host name, or by prefix on the console's port."""

from collections.abc import Mapping, Sequence

import msgspec

from dragoman.wire.dialect import Dialect


class Place(msgspec.Struct, frozen=True):
    """The dialect of a request and what its path begins with (empty on its own port or host)."""

    dialect: Dialect
    prefix: str = ""


class Hosts:
    """ports: port -> dialect name; names: host name -> dialect name; console: whose port serves
    prefixes.
    """

    def __init__(
        self,
        dialects: Sequence[Dialect],
        *,
        ports: Mapping[int, str],
        names: Mapping[str, str] | None = None,
        console: str = "console",
    ) -> None:
        by_name = {dialect.name: dialect for dialect in dialects}
        self._ports = {
            port: Place(by_name[name]) for port, name in ports.items() if name in by_name
        }
        self._names = {host.lower(): Place(by_name[name]) for host, name in (names or {}).items()}
        self._prefixes = {
            name: Place(dialect, f"/{name}") for name, dialect in by_name.items() if name != console
        }
        self._console = console
        self._home = Place(by_name[console] if console in by_name else dialects[0])

    @property
    def by_name(self) -> bool:
        """Whether host names decide anything."""
        return bool(self._names)

    def place(self, port: int, path: str, host: str = "") -> Place:
        """Where a request belongs. A port that is not listed is treated as the console's."""
        if self._names:
            named = self._names.get(host.partition(":")[0].lower())
            if named is not None:
                return named
        found = self._ports.get(port, self._home)
        if found.dialect.name == self._console or port not in self._ports:
            first = path[1:].partition("/")[0]
            return self._prefixes.get(first, found)
        return found
