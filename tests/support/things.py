"""An organisation of things for tests: a root group, one below it, and users with and without a
role.
"""

from functools import cache
from pathlib import Path
from typing import Any

import argon2

from dragoman.core.files import Files
from dragoman.core.identity import accounts
from dragoman.core.loading import Loading
from dragoman.core.tx import Tx
from dragoman.domains.things import fixtures

PASSWORD = "pw-Things-01"
PART = {
    "groups": [
        {"key": "root", "name": "Root"},
        {"key": "field", "name": "Field", "parent": "root"},
        {"key": "barn", "name": "Barn", "parent": "root"},
    ],
    "roles": [{"key": "reader", "name": "Reader", "methods": ["GET /*"]}],
    "users": [
        {"login": "admin", "group": "root"},
        {"login": "farmer", "group": "field"},
        {"login": "miller", "group": "barn"},
        {"login": "reader", "group": "root", "role": "reader"},
    ],
}


_cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def _hashed(login: str) -> str:
    return _cheap.hash(PASSWORD)


def loading(folder: Path, now_ms: int) -> Loading:
    """A load over an empty file store."""
    return Loading(Files(f"file://{folder / 'files'}"), folder, now_ms)


def furnish(tx: Tx, folder: Path) -> None:
    """Put the organisation into an empty database; every user has PASSWORD."""
    load = loading(folder, tx.now_ms)
    for login in ("admin", "farmer", "miller", "reader"):
        account = accounts.create(tx, name=login, email=f"{login}@things.example")
        load.password_hash = _hashed(login)
        fixtures.join(tx, account, {"login": login}, load)
    fixtures.load(tx, PART, load)


class Client:
    """Requests of one user, by token."""

    def __init__(self, site: Any, login: str = "admin", token: str = "") -> None:
        self.site = site
        self.token = token or self._log_in(login)

    def _log_in(self, login: str) -> str:
        body = {"login": login, "password": PASSWORD}
        answer = self.site.request("rightech", "POST", "/api/v1/auth/token", json=body)
        assert answer.status == 200, answer
        return str(answer.json["token"])

    def __call__(self, method: str, path: str, json: Any = None, **more: Any) -> Any:
        headers = {"authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.site.request(
            "rightech", method, f"/api/v1{path}", json=json, headers=headers, **more
        )

    def made(self, store: str, **fields: Any) -> dict[str, Any]:
        """A new item; it must work."""
        answer = self("POST", f"/{store}", fields)
        assert answer.status == 200, answer
        return answer.json
