"""Addresses in mails."""

import pytest

from dragoman.core.database import Database
from dragoman.core.tx import Origin
from dragoman.domains.desk import letters, settings, setup


@pytest.mark.parametrize("url", ["", "https://help.example/"])
def test_links_begin_with_the_setting_or_the_site(database: Database, url: str) -> None:
    with database.begin(Origin("test", site_url="http://site.example"), writes=True) as tx:
        setup.install(tx)
        settings.store(tx, {"url": url})
        letters.post(tx, "PASSWORD_FORGOT", "a@x.io", {"name": "A", "token": "t"})
        [row] = letters.outbox(tx)
    home = "https://help.example" if url else "http://site.example"
    assert f"{home}/recover-password?email=a@x.io" in row.body
