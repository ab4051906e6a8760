"""Chapter "Articles". Source: spec/opensupports 9.4."""

from typing import Annotated, Any

import msgspec

from dragoman.core.tx import Tx
from dragoman.dialects.opensupports import callers, lookups, reading, shapes, uploads
from dragoman.dialects.opensupports.people_pages import MaybeText
from dragoman.dialects.opensupports.places import Place
from dragoman.dialects.opensupports.reading import Look, optional, says
from dragoman.dialects.opensupports.refusals import Refused
from dragoman.dialects.opensupports.sessions import Truthy
from dragoman.dialects.opensupports.tags import Name
from dragoman.dialects.opensupports.tickets import Content
from dragoman.dialects.opensupports.uploads import Attached, Store, Uploads
from dragoman.domains.desk import articles, logs, settings, tables
from dragoman.wire.binding import Given
from dragoman.wire.endpoint import NoAsk

Topic = Annotated[Any, says("INVALID_TOPIC", lookups.topic)]
Article = Annotated[Any, says("INVALID_TOPIC", lookups.article)]


def listed(tx: Tx, ask: NoAsk) -> list[dict[str, Any]]:
    """POST /article/get-all"""
    found = articles.listed(tx, private=callers.is_staff(tx))
    return [shapes.topic(topic, held) for topic, held in found]


class AddTopic(msgspec.Struct, frozen=True, rename="camel"):
    """POST /article/add-topic."""

    name: Name
    icon: MaybeText
    icon_color: MaybeText
    private: Truthy


def add_topic(tx: Tx, ask: AddTopic) -> dict[str, int]:
    """POST /article/add-topic"""
    id = articles.add_topic(
        tx, name=ask.name, icon=ask.icon, icon_color=ask.icon_color, private=ask.private
    )
    logs.add(tx, "ADD_TOPIC", callers.person(tx), ask.name)
    return {"topicId": id}


class EditTopic(msgspec.Struct, frozen=True, rename="camel"):
    """POST /article/edit-topic."""

    topic_id: Topic
    name: Name
    icon: MaybeText
    icon_color: MaybeText
    private: Annotated[bool | None, says("", reading.maybe_truthy)]


def edit_topic(tx: Tx, ask: EditTopic) -> None:
    """POST /article/edit-topic"""
    changes: dict[str, Any] = {"name": ask.name}
    if ask.icon:
        changes["icon"] = ask.icon
    if ask.icon_color:
        changes["icon_color"] = ask.icon_color
    if ask.private is not None:
        changes["private"] = ask.private
    articles.change_topic(tx, ask.topic_id.id, changes)


class OneTopic(msgspec.Struct, frozen=True, rename="camel"):
    """POST /article/delete-topic."""

    topic_id: Topic


def delete_topic(tx: Tx, ask: OneTopic) -> None:
    """POST /article/delete-topic"""
    articles.delete_topic(tx, ask.topic_id.id)
    logs.add(tx, "DELETE_TOPIC", callers.person(tx), ask.topic_id.name)


def _position(look: Look, raw: Any) -> int | None:
    text = reading.text(look, raw)
    bare = text[1:] if text[:1] == "-" else text
    return int(text) if bare.isascii() and bare.isdigit() and len(bare) < 10 else None


Position = Annotated[int | None, says("", _position)]


class Add(msgspec.Struct, frozen=True, rename="camel"):
    """POST /article/add."""

    title: Annotated[str, says("INVALID_TITLE", reading.clean_name)]
    content: Content
    topic_id: Topic
    position: Position
    uploads: Uploads
    store: Store
    place: Annotated[Place, Given()]
    prepared: Attached | None = None


def _linked(tx: Tx, ask: Any, content: str) -> str:
    url = ask.place.url(settings.read(tx))
    return uploads.link(tx, ask.prepared, content, prefix="a", url=url).content


def add(tx: Tx, ask: Add) -> dict[str, int]:
    """POST /article/add"""
    id = articles.add(
        tx,
        topic_id=ask.topic_id.id,
        title=ask.title,
        content=_linked(tx, ask, ask.content),
        position=ask.position if ask.position is not None else 1,
    )
    logs.add(tx, "ADD_ARTICLE", callers.person(tx), ask.title)
    return {"articleId": id}


class Edit(msgspec.Struct, frozen=True, rename="camel"):
    """POST /article/edit."""

    article_id: Article
    title: Annotated[str | None, says("INVALID_TITLE", optional(reading.clean_name))]
    content: Annotated[str | None, says("INVALID_CONTENT", optional(reading.content))]
    topic_id: MaybeText
    position: Position
    uploads: Uploads
    store: Store
    place: Annotated[Place, Given()]
    prepared: Attached | None = None


def edit(tx: Tx, ask: Edit) -> None:
    """POST /article/edit"""
    changes: dict[str, Any] = {}
    if ask.topic_id:
        changes["topic_id"] = _topic_id(tx, ask.topic_id)
    if ask.title is not None:
        changes["title"] = ask.title
    content = _linked(tx, ask, ask.content or "")
    if ask.content is not None:
        changes["content"] = content
    if ask.position is not None:
        changes["position"] = ask.position
    articles.change(tx, ask.article_id.id, changes)
    logs.add(tx, "EDIT_ARTICLE", callers.person(tx), changes.get("title", ask.article_id.title))


def _topic_id(tx: Tx, text: str) -> int:
    usable = text.isascii() and text.isdigit() and len(text) < 19
    if not usable or tx.get(tables.topics, int(text)) is None:
        raise Refused("INVALID_TOPIC")
    return int(text)


class OneArticle(msgspec.Struct, frozen=True, rename="camel"):
    """POST /article/delete."""

    article_id: Article


def delete(tx: Tx, ask: OneArticle) -> None:
    """POST /article/delete"""
    articles.delete(tx, ask.article_id.id)
    logs.add(tx, "DELETE_ARTICLE", callers.person(tx), ask.article_id.title)
