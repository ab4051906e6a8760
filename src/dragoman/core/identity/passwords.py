"""Passwords: argon2id. Hashing takes some 50 ms: never inside a writing transaction, never on the
event loop.
"""

from functools import cache

import argon2

_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _decoy() -> str:
    return _hasher.hash("no account has this password")


def hashed(password: str) -> str:
    """The salted hash to store."""
    return _hasher.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether a password belongs to a stored hash; takes as long when there is none (None), and
    answers False.
    """
    try:
        _hasher.verify(stored if stored is not None else _decoy(), password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return stored is not None
