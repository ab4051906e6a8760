"""What profiles can be refused for, beyond the faults of `core`."""

from dragoman.core import faults


class WrongGroup(faults.Denied):
    """The object `kind` numbered `id` is there, and shares no group with the caller."""

    def __init__(self, kind: str, id: object) -> None:
        super().__init__("group")
        self.kind = kind
        self.id = id


class NotServed(faults.Denied):
    """The resource does not serve the database."""

    def __init__(self, resource: int, database: int) -> None:
        super().__init__("resource")
        self.resource = resource
        self.database = database


class TariffLimit(faults.Denied):
    """The tariff allows no more profiles, or no changes at all."""
