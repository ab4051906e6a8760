"""Finding a fault's row in a dialect's table, along the MRO."""

from collections.abc import Mapping
from typing import TypeVar

from dragoman.core.faults import Fault

Row = TypeVar("Row")


def row_for(table: Mapping[type[Fault], Row], fault: Fault | type[Fault]) -> Row:
    """The row of the fault's class or of its nearest ancestor. Raises LookupError when there is
    none.
    """
    kind = fault if isinstance(fault, type) else type(fault)
    for ancestor in kind.__mro__:
        row = table.get(ancestor)
        if row is not None:
            return row
    raise LookupError(f"no refusal for {kind.__name__}")
