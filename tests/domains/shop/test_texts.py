"""Text by language, money, addresses."""

import pytest

from dragoman.domains.shop import orders, texts


def test_by_language() -> None:
    languages = ["en", "ro"]
    assert texts.by_language("x", languages) == {"en": "x", "ro": "x"}
    assert texts.by_language({"en": "x", "ua": "y"}, languages) == {"en": "x"}
    assert texts.by_language(5, languages) == {"en": "5", "ro": "5"}
    for bad in (None, True, [], [1], {"en": []}):
        with pytest.raises(ValueError, match="text"):
            texts.by_language(bad, languages)


def test_money_is_rounded_half_up() -> None:
    cases = ((799, 79900), ("12,345", 1235), (0.005, 1), ("1e3", 100000), (99.99, 9999))
    for value, expected in cases:
        assert texts.minor(value) == expected, value
    for bad in (-1, "x", "", True, None, "nan", "inf", 1e300, [], "-0.01"):
        with pytest.raises(ValueError, match=r"no number|out of range"):
            texts.minor(bad)


def test_slugs() -> None:
    cases = (
        ("Cube", "cube"),
        ("Țesătură fină", "tesatura-fina"),
        ("Їжак і щука", "izhak-i-shchuka"),
    )
    for title, expected in cases:
        assert texts.slug(title) == expected, title
    assert texts.slug("!!!") == ""
    assert len(texts.slug("x" * 1000)) == 200


def test_coupons() -> None:
    lines = [{"price": 333, "quantity": 3}]
    assert orders.totals(lines, None) == (999, 999, 3)
    assert orders.totals(lines, {"percent": 50}) == (999, 499, 3)  # 499.5 rounded half up is taken
    assert orders.totals(lines, {"value": 100}) == (999, 899, 3)
    assert orders.totals(lines, {"value": 5000}) == (999, 0, 3)
