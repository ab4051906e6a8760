"""A site with one content user, a key, and two spaces."""

from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.core.identity import passwords
from dragoman.domains.content import users
from tests.support.multipart import multipart
from tests.support.site import Answer, TestSite

EMAIL, PASSWORD, KEY = "owner@example.com", "secret-12", "K" * 62
OK = "Your request was successful."
V1 = "/api/v1"


class Cms:
    """Calls with and without the key, and what is often looked at."""

    def __init__(self, site: TestSite) -> None:
        self.site = site
        hashed = passwords.hashed(PASSWORD)
        self.user = site.tx(lambda tx: users.create(tx, email=EMAIL, password_hash=hashed))
        site.tx(lambda tx: users.keep_key(tx, users.fetch(tx, self.user), KEY))
        self.space = self.call("POST", "/space", json={"name": "Monkeys"}).json["id"]
        self.other = self.call("POST", "/space", json={"name": "Others"}).json["id"]
        self.root = self.call("GET", f"/component/{self.space}/root").json["id"]
        self.other_root = self.call("GET", f"/component/{self.other}/root").json["id"]

    def call(self, method: str, path: str, **more: Any) -> Answer:
        """With the key; path below /api/v1 unless it begins with `!`."""
        headers = {"X-CHAUTEC-API-KEY": KEY, **more.pop("headers", {})}
        return self.anonymous(method, path, headers=headers, **more)

    def anonymous(self, method: str, path: str, **more: Any) -> Answer:
        """Without the key."""
        target = path[1:] if path.startswith("!") else V1 + path
        return self.site.request("chautec", method, target, **more)

    def make(self, key: str, parent: int | None = None, **members: Any) -> int:
        """Create a component in the first space, published unless told. Returns its id."""
        values = {
            "key": key, "spaceId": self.space, "parentId": parent or self.root,
            "componentType": "block", "published": True, **members,
        }  # fmt: skip
        answer = self.call("POST", "/component", json=values)
        assert answer.status == 201, answer
        return int(answer.json["id"])

    def upload(self, id: int, name: str, content: bytes, kind: str = "", **more: Any) -> Answer:
        """Upload a file."""
        body, headers = multipart(files=[("fileUpload", name, kind, content)])
        return self.call("POST", f"/component/file/{id}", body=body, headers=headers, **more)

    def state(self) -> tuple[int, int]:
        """How many journal and file rows there are."""
        return self.site.look(
            lambda tx: (
                tx.scalar(sa.select(sa.func.count()).select_from(tables.changes)),
                tx.scalar(sa.select(sa.func.count()).select_from(tables.files)),
            )
        )


@pytest.fixture
def cms(site: TestSite) -> Cms:
    """A small site."""
    return Cms(site)
