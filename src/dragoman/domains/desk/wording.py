"""The shipped words of the nine mails, from `wording.json`, which lies beside this module.

The file holds, for each language, template -> [subject, heading, text, closing text].
"""

from functools import cache
from pathlib import Path

import msgspec

NAMES = (
    "USER_SIGNUP", "USER_PASSWORD", "USER_EMAIL", "PASSWORD_FORGOT", "USER_INVITE",
    "TICKET_CREATED", "TICKET_RESPONDED", "TICKET_CLOSED", "TICKET_CREATED_STAFF",
)  # fmt: skip


class Template(msgspec.Struct, frozen=True):
    """Subject and texts; text1 is the heading, text3 may be empty."""

    subject: str
    text1: str
    text2: str
    text3: str


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    path = Path(__file__).with_name("wording.json")
    return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, list[str]]])


def shipped(name: str, language: str) -> Template:
    """The words as they come with the desk. Raises KeyError for an unknown name or language."""
    return Template(*_words()[language][name])
