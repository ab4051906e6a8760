"""Logs, statistics and mail templates. Source: spec/opensupports 8, 9.5, 10.2, 10.3."""

from typing import Annotated, Any

import msgspec

from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import lookups, reading, shapes
from dragoman.dialects.opensupports.lists import Ids
from dragoman.dialects.opensupports.people_pages import Page
from dragoman.dialects.opensupports.reading import Look, optional, says
from dragoman.dialects.opensupports.refusals import Refused
from dragoman.dialects.opensupports.sessions import Text
from dragoman.domains.desk import cleaning, letters, logs, statistics
from dragoman.domains.desk.searching import Wanted
from dragoman.domains.desk.wording import NAMES, Template, shipped
from dragoman.wire.endpoint import NoAsk


class Logs(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/get-logs."""

    page: Page


def list_logs(tx: Tx, ask: Logs) -> list[dict[str, Any]]:
    """POST /system/get-logs"""
    return [
        {
            "type": row.kind,
            "to": row.subject,
            "author": {"name": row.by_name, "id": str(row.by_id), "staff": row.by_staff},
            "date": shapes.stamp(row.at_ms),
        }
        for row in logs.page(tx, ask.page)
    ]


class Stats(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/get-stats."""

    date_range: Annotated[
        tuple[int, int] | None, says("INVALID_DATE_RANGE_FILTER", optional(lookups.date_range))
    ]
    departments: Annotated[Ids, says("INVALID_DEPARTMENT_FILTER", optional(lookups.departments))]
    tags: Annotated[Ids, says("INVALID_TAG_FILTER", optional(lookups.tags))]
    owners: Annotated[Ids, says("INVALID_OWNER_FILTER", optional(lookups.members))]


def stats(tx: Tx, ask: Stats) -> dict[str, Any]:
    """POST /system/get-stats"""
    wanted = Wanted(
        between_ms=ask.date_range,
        listed=ask.departments or (),
        tags=ask.tags or (),
        owners=ask.owners or (),
    )
    return statistics.figures(tx, wanted)


def list_templates(tx: Tx, ask: NoAsk) -> list[str]:
    """POST /system/get-mail-template-list"""
    return list(NAMES)


def _subject(look: Look, raw: Any) -> str:
    text = reading.at_least(4)(look, raw)
    return cleaning.clean(text)


TemplateName = Annotated[str, says("INVALID_TEMPLATE", reading.at_least(4))]
Language = Annotated[str | None, says("INVALID_LANGUAGE", optional(reading.supported_language))]


class OneTemplate(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/get-mail-template and recover-mail-template."""

    template: TemplateName
    language: Language


def fetch_template(tx: Tx, ask: OneTemplate) -> dict[str, Any]:
    """POST /system/get-mail-template"""
    held = letters.template(tx, ask.template, ask.language or "")
    return {
        "template": ask.template, "subject": held.subject, "language": ask.language,
        "text1": held.text1, "text2": held.text2, "text3": held.text3,
    }  # fmt: skip


class EditTemplate(msgspec.Struct, frozen=True, rename="camel"):
    """POST /system/edit-mail-template."""

    template: TemplateName
    language: Language
    subject: Annotated[str, says("INVALID_SUBJECT", _subject)]
    text1: Text
    text2: Text
    text3: Text


def edit_template(tx: Tx, ask: EditTemplate) -> None:
    """POST /system/edit-mail-template"""
    language = ask.language or ""
    letters.template(tx, ask.template, language)
    model = shipped(ask.template, language)
    for name in ("text1", "text2", "text3"):
        needed = letters.placeholders(getattr(model, name))
        if not needed <= letters.placeholders(getattr(ask, name)):
            raise Refused(f"INVALID_TEXT_{name[-1]}")
    new = Template(ask.subject, ask.text1, ask.text2, ask.text3)
    letters.edit(tx, ask.template, language, new)


def recover_template(tx: Tx, ask: OneTemplate) -> None:
    """POST /system/recover-mail-template"""
    letters.recover(tx, ask.template, ask.language or "")
