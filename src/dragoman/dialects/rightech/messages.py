"""Messages beyond the five. Source: spec/rightech 11."""

from dragoman.core.tx import Tx
from dragoman.dialects.rightech import reading, stores
from dragoman.dialects.rightech.auth import caller
from dragoman.dialects.rightech.envelope import Ask
from dragoman.domains.things import messages, sources


def history(tx: Tx, ask: Ask) -> object:
    """All messages, cleared ones too, newest first."""
    query = reading.read(ask.query, "messages")
    viewer = caller(tx).viewer
    return stores.answer(
        tx, sources.items(tx, viewer, "messages", below=query.below, cleared=True), query
    )


def clear(tx: Tx, ask: Ask) -> object:
    """Hide every message that the list shows."""
    return {"count": messages.clear(tx, caller(tx).viewer)}
