"""The five systems as the console names and colours them."""

import msgspec


class System(msgspec.Struct, frozen=True):
    """A dialect: its name in the log, the word for people, its domain, its colour class."""

    dialect: str
    title: str
    domain: str
    colour: str


_ALL = (
    System("cartum", "Shop", "shop", "shop"),
    System("altcraft", "Profiles", "profiles", "profiles"),
    System("rightech", "Devices", "things", "things"),
    System("chautec", "Content", "content", "content"),
    System("opensupports", "Help desk", "desk", "desk"),
)
CONSOLE = System("console", "Console", "console", "console")
SYSTEMS = {system.dialect: system for system in (*_ALL, CONSOLE)}
FIVE = tuple(system.dialect for system in _ALL)
BY_DOMAIN = {system.domain: system for system in (*_ALL, CONSOLE)}


def titled(dialect: str) -> System:
    """The system of a dialect; a stranger (`cli`, `load`) is shown by its own name."""
    return SYSTEMS.get(dialect) or System(dialect, dialect or "–", dialect, "console")
