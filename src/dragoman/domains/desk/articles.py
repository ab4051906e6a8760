"""Topics and their articles."""

from typing import Any

import sqlalchemy as sa

from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.desk import numbering, tables

_p, _a = tables.topics.c, tables.articles.c
_TOPICS = prepare(sa.select(tables.topics).order_by(_p.id))
_ARTICLES = prepare(
    sa.select(tables.articles).where(_a.topic_id.is_not(None)).order_by(_a.position, _a.id)
)
_OF_TOPIC = prepare(
    sa.select(_a.id).where(_a.topic_id == sa.bindparam("topic_id", type_=sa.BigInteger()))
)


def listed(tx: Tx, *, private: bool) -> list[tuple[Row, list[Row]]]:
    """Topics with their articles. private: the private ones too."""
    found = tx.all(_ARTICLES)
    return [
        (topic, [article for article in found if article.topic_id == topic.id])
        for topic in tx.all(_TOPICS)
        if private or not topic.private
    ]


def add_topic(tx: Tx, *, name: str, icon: str | None, icon_color: str | None, private: bool) -> int:
    """A new topic."""
    values = {"name": name, "icon": icon, "icon_color": icon_color, "private": private}
    return numbering.add(tx, tables.topics, values)


def change_topic(tx: Tx, id: int, changes: dict[str, Any]) -> None:
    """Change name, icon, icon_color or private."""
    tx.update(tables.topics, id, changes)


def delete_topic(tx: Tx, id: int) -> None:
    """Remove a topic; its articles belong nowhere then."""
    for row in tx.all(_OF_TOPIC, topic_id=id):
        tx.update(tables.articles, row.id, {"topic_id": None})
    tx.delete(tables.topics, id)


def add(tx: Tx, *, topic_id: int, title: str, content: str, position: int) -> int:
    """A new article."""
    values = {
        "topic_id": topic_id, "title": title, "content": content, "position": position,
        "edited_ms": tx.now_ms,
    }  # fmt: skip
    return numbering.add(tx, tables.articles, values)


def change(tx: Tx, id: int, changes: dict[str, Any]) -> None:
    """Change title, content, position or topic_id."""
    tx.update(tables.articles, id, {**changes, "edited_ms": tx.now_ms})


def delete(tx: Tx, id: int) -> None:
    """Remove an article."""
    tx.delete(tables.articles, id)
