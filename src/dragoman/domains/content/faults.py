"""What the content domain refuses.

NotFound(kind="space" | "component" | "file")
Conflict
  DuplicateKey       value, holder_id
Invalid
  BadKey             value
  ReservedKey        value
  ParentElsewhere    parent_id, space_id     a new component's parent lies in another space
  SpaceChange        component_id, space_id  a move out of its space
  OwnParent          component_id
  UnderDescendant    component_id, parent_id
  RootMoved  RootRenamed  RootDeleted
"""

from dragoman.core.faults import Conflict, Invalid


class DuplicateKey(Conflict):
    """Another component of the space has this key."""

    def __init__(self, value: str, holder_id: int) -> None:
        super().__init__("component", "key", value, holder_id)


class BadKey(Invalid):
    """A key has other characters than a-z, 0-9 and hyphen, or is too long."""

    def __init__(self, value: str) -> None:
        super().__init__("key")
        self.value = value


class ReservedKey(Invalid):
    """`root` belongs to the root of a space."""

    def __init__(self, value: str) -> None:
        super().__init__("key")
        self.value = value


class ParentElsewhere(Invalid):
    """The parent of a new component lies in another space."""

    def __init__(self, parent_id: int, space_id: int) -> None:
        super().__init__("parentId")
        self.parent_id = parent_id
        self.space_id = space_id


class SpaceChange(Invalid):
    """A component cannot leave its space."""

    def __init__(self, component_id: int, space_id: int) -> None:
        super().__init__("parentId")
        self.component_id = component_id
        self.space_id = space_id


class OwnParent(Invalid):
    """A component cannot be its own parent."""

    def __init__(self, component_id: int) -> None:
        super().__init__("parentId")
        self.component_id = component_id


class UnderDescendant(Invalid):
    """A component cannot be moved below itself."""

    def __init__(self, component_id: int, parent_id: int) -> None:
        super().__init__("parentId")
        self.component_id = component_id
        self.parent_id = parent_id


class RootMoved(Invalid):
    """The root of a space has no parent."""

    def __init__(self) -> None:
        super().__init__("parentId")


class RootRenamed(Invalid):
    """The root of a space keeps its key."""

    def __init__(self) -> None:
        super().__init__("key")


class RootDeleted(Invalid):
    """The root goes with its space only."""

    def __init__(self) -> None:
        super().__init__("id")
