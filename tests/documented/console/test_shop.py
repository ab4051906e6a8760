"""Shop: products and orders. Source: CONSOLE.md 3."""

import pytest

from tests.documented.console.conftest import Browser


@pytest.mark.parametrize(
    "at",
    ["/edit/shop", "/edit/shop?q=x&section=99", "/edit/shop/orders", "/edit/shop/orders?status=z"],
)
def test_pages_open(owner: Browser, at: str) -> None:
    assert owner.get(at).status == 200


@pytest.mark.parametrize(
    ("at", "form", "status"),
    [
        ("/edit/shop", {"article": "nothing", "price": "1", "stock": "1"}, 400),
        ("/edit/shop", {"article": "nothing", "price": "1"}, 400),
        ("/edit/shop/orders/999", {"status": "1"}, 404),
    ],
)
def test_bad_changes_are_refused(
    owner: Browser, at: str, form: dict[str, str], status: int
) -> None:
    assert owner.post(at, form).status == status
