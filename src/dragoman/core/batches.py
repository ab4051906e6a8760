"""Items of a batch (`unit="item"`): each can fail alone."""

from collections.abc import Callable
from typing import TypeVar

from dragoman.core.database import RERUNS
from dragoman.core.tx import Tx

T = TypeVar("T")


def apart(tx: Tx, work: Callable[[], T]) -> T:
    """Do one item in a savepoint of its own, and again where another transaction crossed it.

    On PostgreSQL a unique value may be taken, or a row that is referred to removed, by a
    transaction that ends meanwhile: the next try sees what that one left. What `work` raises
    rolls the item back, and nothing else.
    """
    attempt = 1
    while True:
        try:
            with tx.savepoint():
                return work()
        except tx.crossings:
            if attempt == RERUNS:
                raise
            attempt += 1
