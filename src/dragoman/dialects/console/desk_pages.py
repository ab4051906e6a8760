"""Beside the Inbox: articles by topic, and canned replies. Whoever changes them is desk staff of
level 2 or higher.
"""

from typing import Annotated, Any

import msgspec

from dragoman.core.faults import BadValue, Denied, NotFound
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.console import inbox, ticket_html
from dragoman.dialects.console.auth import Member
from dragoman.dialects.console.reading import number_in
from dragoman.dialects.console.results import Page, Redirect
from dragoman.domains.desk import articles, canned, cleaning, logs, tables
from dragoman.domains.desk.people import Person
from dragoman.wire.binding import Filled, Path, Query

_LEVEL = 2
_ARTICLES = "/edit/inbox/articles"
_REPLIES = "/edit/inbox/replies"
_LARGEST = 500_000


class ShowArticles(msgspec.Struct, frozen=True):
    """GET /edit/inbox/articles. id: the article that is open; new, topic: what is being made."""

    id: Annotated[str, Query()] = ""
    new: Annotated[str, Query()] = ""
    topic: Annotated[str, Query()] = ""


class SaveArticle(msgspec.Struct, frozen=True):
    """POST /edit/inbox/articles and /edit/inbox/articles/{id}."""

    title: Annotated[str, Filled()]
    topic: int
    content: Annotated[str, Filled()]
    position: int = 1
    id: Annotated[int, Path()] = 0


class SaveTopic(msgspec.Struct, frozen=True):
    """POST /edit/inbox/topics and /edit/inbox/topics/{id}."""

    name: Annotated[str, Filled()]
    private: bool = False
    id: Annotated[int, Path()] = 0


class One(msgspec.Struct, frozen=True):
    """POST …/{id}/delete."""

    id: Annotated[int, Path()]


class ShowReplies(msgspec.Struct, frozen=True):
    """GET /edit/inbox/replies. id: the reply that is open; new: one is being made."""

    id: Annotated[str, Query()] = ""
    new: Annotated[str, Query()] = ""


class SaveReply(msgspec.Struct, frozen=True):
    """POST /edit/inbox/replies and /edit/inbox/replies/{id}."""

    name: Annotated[str, Filled()]
    content: Annotated[str, Filled()]
    language: str = "en"
    id: Annotated[int, Path()] = 0


def _chief(tx: Tx) -> Person:
    """Who acts. Raises Denied("level") below level 2."""
    me = inbox.require_staff(tx)
    if me.level < _LEVEL:
        raise Denied("level")
    return me


def _may_write(tx: Tx) -> bool:
    me, actor = inbox.acting(tx), tx.actor
    allowed = isinstance(actor, Member) and actor.may("inbox:write")
    return allowed and me is not None and me.level >= _LEVEL


def _held(tx: Tx, table: Any, id: int, kind: str) -> Row:
    row = tx.get(table, id)
    if row is None:
        raise NotFound(kind, "id", id)
    return row


def show_articles(tx: Tx, ask: ShowArticles) -> Page:
    """GET /edit/inbox/articles"""
    open_ = _held(tx, tables.articles, number_in(ask.id) or 0, "article") if ask.id else None
    topic = _held(tx, tables.topics, number_in(ask.topic) or 0, "topic") if ask.topic else None
    return Page(
        "articles.html",
        {
            "active": "inbox",
            "title": "Articles",
            "topics": articles.listed(tx, private=True),
            "open": open_,
            "shown": ticket_html.article(open_.content) if open_ is not None else "",
            "topic": topic,
            "new": ask.new,
            "may_write": _may_write(tx),
        },
    )


def save_article(tx: Tx, ask: SaveArticle) -> Redirect:
    """POST /edit/inbox/articles: a new one, or changes of one."""
    me, topic = _chief(tx), _held(tx, tables.topics, ask.topic, "topic")
    if len(ask.content) > _LARGEST or len(ask.title) > 200:
        raise BadValue("content" if len(ask.title) <= 200 else "title")
    title, content = cleaning.strip_tags(ask.title.strip()), cleaning.clean(ask.content)
    facts = {"title": title, "content": content, "position": ask.position, "topic_id": topic.id}
    if ask.id:
        held = _held(tx, tables.articles, ask.id, "article")
        articles.change(tx, held.id, facts)
        logs.add(tx, "EDIT_ARTICLE", me, title)
        return Redirect(f"{_ARTICLES}?id={held.id}", "Saved.")
    id = articles.add(tx, topic_id=topic.id, title=title, content=content, position=ask.position)
    logs.add(tx, "ADD_ARTICLE", me, title)
    return Redirect(f"{_ARTICLES}?id={id}", "Article added.")


def delete_article(tx: Tx, ask: One) -> Redirect:
    """POST /edit/inbox/articles/{id}/delete"""
    me, held = _chief(tx), _held(tx, tables.articles, ask.id, "article")
    articles.delete(tx, held.id)
    logs.add(tx, "DELETE_ARTICLE", me, held.title)
    return Redirect(_ARTICLES, f"“{held.title}” deleted.")


def save_topic(tx: Tx, ask: SaveTopic) -> Redirect:
    """POST /edit/inbox/topics: a new one, or changes of one."""
    me, name = _chief(tx), ask.name.strip()
    if len(name) > 100:
        raise BadValue("name")
    if ask.id:
        held = _held(tx, tables.topics, ask.id, "topic")
        articles.change_topic(tx, held.id, {"name": name, "private": ask.private})
        return Redirect(_ARTICLES, "Saved.")
    articles.add_topic(tx, name=name, icon=None, icon_color=None, private=ask.private)
    logs.add(tx, "ADD_TOPIC", me, name)
    return Redirect(_ARTICLES, "Topic added.")


def delete_topic(tx: Tx, ask: One) -> Redirect:
    """POST /edit/inbox/topics/{id}/delete: an empty one, so that no article is lost."""
    me, held = _chief(tx), _held(tx, tables.topics, ask.id, "topic")
    if any(topic.id == held.id and found for topic, found in articles.listed(tx, private=True)):
        raise BadValue("topic")
    articles.delete_topic(tx, held.id)
    logs.add(tx, "DELETE_TOPIC", me, held.name)
    return Redirect(_ARTICLES, f"“{held.name}” deleted.")


def show_replies(tx: Tx, ask: ShowReplies) -> Page:
    """GET /edit/inbox/replies"""
    open_ = _held(tx, tables.canned, number_in(ask.id) or 0, "reply") if ask.id else None
    return Page(
        "replies.html",
        {
            "active": "inbox",
            "title": "Canned replies",
            "rows": canned.listed(tx),
            "open": open_,
            "text": ticket_html.plain(open_.content) if open_ is not None else "",
            "new": ask.new,
            "may_write": _may_write(tx),
        },
    )


def save_reply(tx: Tx, ask: SaveReply) -> Redirect:
    """POST /edit/inbox/replies: a new one, or changes of one."""
    _chief(tx)
    name, language = ask.name.strip(), ask.language.strip() or "en"
    if len(name) > 200:
        raise BadValue("name")
    if len(ask.content) > _LARGEST:
        raise BadValue("content")
    if not (language.isascii() and language.isalpha() and len(language) <= 3):
        raise BadValue("language")
    facts = {"name": name, "language": language, "content": ticket_html.written(ask.content)}
    if ask.id:
        held = _held(tx, tables.canned, ask.id, "reply")
        canned.change(tx, held.id, facts)
        return Redirect(f"{_REPLIES}?id={held.id}", "Saved.")
    id = canned.create(tx, **facts)
    return Redirect(f"{_REPLIES}?id={id}", "Canned reply added.")


def delete_reply(tx: Tx, ask: One) -> Redirect:
    """POST /edit/inbox/replies/{id}/delete"""
    _chief(tx)
    held = _held(tx, tables.canned, ask.id, "reply")
    canned.delete(tx, held.id)
    return Redirect(_REPLIES, f"“{held.name}” deleted.")
