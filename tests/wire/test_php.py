"""PHP's names of form fields."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dragoman.wire.php import nest

CASES: list[tuple[list[tuple[str, str]], Any]] = [
    ([("a", "1")], {"a": "1"}),
    ([("a", "1"), ("a", "2")], {"a": "2"}),
    ([("a[b]", "1"), ("a[c]", "2")], {"a": {"b": "1", "c": "2"}}),
    ([("a[]", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
    ([("a[0]", "1"), ("a[1]", "2")], {"a": ["1", "2"]}),
    ([("a[1]", "2"), ("a[0]", "1")], {"a": ["1", "2"]}),
    ([("a[1]", "1")], {"a": {"1": "1"}}),
    ([("a[5]", "1"), ("a[]", "2")], {"a": {"5": "1", "6": "2"}}),
    ([("a[b][c]", "1")], {"a": {"b": {"c": "1"}}}),
    ([("a[][x]", "1"), ("a[][x]", "2")], {"a": [{"x": "1"}, {"x": "2"}]}),
    ([("a[0][x]", "1"), ("a[0][y]", "2")], {"a": [{"x": "1", "y": "2"}]}),
    ([("a.b c", "1")], {"a.b c": "1"}),
    ([("[a]", "1")], {"[a]": "1"}),
    ([("a[b", "1")], {"a[b": "1"}),
    ([("a[b]c", "1")], {"a": {"b": "1"}}),
    ([("a", "1"), ("a[b]", "2")], {"a": {"b": "2"}}),
    ([("a[01]", "1")], {"a": {"01": "1"}}),
    ([("a" + "[b]" * 100, "1"), ("c", "2")], {"c": "2"}),
    ([], {}),
]


def test_nesting() -> None:
    for pairs, expected in CASES:
        assert nest(pairs) == expected, pairs


NAME = st.text("abc", min_size=1, max_size=3)
TREE = st.recursive(
    st.text(max_size=5),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(NAME, inner, min_size=1, max_size=3)
    ),
    max_leaves=10,
)


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(name, value)]
    items = enumerate(value) if isinstance(value, list) else value.items()
    return [pair for key, item in items for pair in _pairs(f"{name}[{key}]", item)]


@given(st.dictionaries(NAME, TREE, max_size=3))
def test_what_php_writes_comes_back(tree: dict[str, Any]) -> None:
    assert nest([pair for name, value in tree.items() for pair in _pairs(name, value)]) == tree
