"""The left bar: groups of pages, each behind a right."""

from typing import Any

import msgspec

from dragoman.dialects.console.auth import Member


class Item(msgspec.Struct, frozen=True):
    """One entry: key of the page, address, label, icon, right."""

    key: str
    address: str
    label: str
    icon: str
    right: str


class Group(msgspec.Struct, frozen=True):
    """A heading (empty: none) and its entries."""

    title: str
    items: tuple[Item, ...]


def _item(key: str, label: str, icon: str, address: str = "") -> Item:
    return Item(key, address or f"/edit/{key}", label, icon, f"{key}:read")


GROUPS = (
    Group(
        "",
        (
            _item("overview", "Overview", "home", "/edit/"),
            _item("inbox", "Inbox", "chat"),
            _item("people", "People", "person"),
            _item("logs", "Request log", "list"),
        ),
    ),
    Group(
        "Systems",
        (
            _item("shop", "Shop", "shop"),
            _item("content", "Content", "page"),
            _item("devices", "Devices", "chip"),
            _item("entities", "Entities", "table"),
        ),
    ),
    Group(
        "Settings",
        (
            _item("users", "Users and roles", "people"),
            _item("tokens", "Tokens and keys", "key"),
            _item("settings", "General", "gear"),
        ),
    ),
)


def shown(member: Any) -> list[Group]:
    """What a role may see; groups that would be empty are left out."""
    if not isinstance(member, Member):
        return []
    groups = [
        Group(group.title, tuple(item for item in group.items if member.may(item.right)))
        for group in GROUPS
    ]
    return [group for group in groups if group.items]


def home(member: Member) -> str:
    """The first page a role may see."""
    groups = shown(member)
    return groups[0].items[0].address if groups else "/edit/help"
