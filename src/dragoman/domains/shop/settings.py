"""What is set for the shop as a whole; one row of the core's settings."""

from typing import Any

import msgspec

from dragoman.core import settings
from dragoman.core.tx import Tx

NAME = "shop"


class Shop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """languages: those that texts have. currency: ISO code of the default one. b2b: the wholesale
    module is on.
    """

    name: str = "Shop"
    url: str = ""
    languages: list[str] = msgspec.field(default_factory=lambda: ["en", "ro"])
    default_language: str = "en"
    currency: str = "UAH"
    stock_keeping: bool = True
    main_warehouse: str = "office"
    b2b: bool = False


def read(tx: Tx) -> Shop:
    """The settings in force."""
    held = settings.read(tx, NAME)
    return msgspec.convert(held, Shop) if held is not None else Shop()


def change(tx: Tx, changes: dict[str, Any]) -> None:
    """Change some. Raises msgspec.ValidationError for unknown names and wrong types."""
    value = {**msgspec.to_builtins(read(tx)), **changes}
    msgspec.convert(value, Shop)
    settings.store(tx, NAME, value)
