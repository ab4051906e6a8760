"""Addresses in mails, and their words in every language."""

import re

import pytest

from dragoman.core.database import Database
from dragoman.core.tx import Origin
from dragoman.domains.desk import letters, settings, setup
from dragoman.domains.desk.settings import LANGUAGES
from dragoman.domains.desk.wording import NAMES, shipped


@pytest.mark.parametrize("url", ["", "https://help.example/"])
def test_links_begin_with_the_setting_or_the_site(database: Database, url: str) -> None:
    with database.begin(Origin("test", site_url="http://site.example"), writes=True) as tx:
        setup.install(tx)
        settings.store(tx, {"url": url})
        letters.post(tx, "PASSWORD_FORGOT", "a@x.io", {"name": "A", "token": "t"})
        [row] = letters.outbox(tx)
    home = "https://help.example" if url else "http://site.example"
    assert f"{home}/recover-password?email=a@x.io" in row.body


PLACES = re.compile(r"{{\w+}}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_of_its_own(language: str) -> None:
    for name in NAMES:
        own, english = shipped(name, language), shipped(name, "en")
        for field in ("subject", "text1", "text2", "text3"):
            mine, theirs = getattr(own, field), getattr(english, field)
            assert sorted(PLACES.findall(mine)) == sorted(PLACES.findall(theirs)), (name, field)
            assert bool(mine) == bool(theirs), (name, field)
            assert mine.count("<b>") == mine.count("</b>")
        if language != "en":
            assert (own.text1, own.text2) != (english.text1, english.text2), name
