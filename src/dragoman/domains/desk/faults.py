"""What the desk refuses.

NotFound(kind="ticket" | "department" | "user" | "staff" | "tag" | "topic" | "article" | ...)
Denied
Conflict
  EmailTaken  AlreadyStaff  UserExists  NameTaken  TagTaken  FieldTaken  AlreadyTagged
Invalid
  OwnSupervisor
Impossible (Conflict with the state of things)
  AlreadyBanned  AlreadyDisabled  AlreadyEnabled  AlreadyAssigned  SameDepartment  IsDefault
  DefaultPrivate  HoldsPrivate  DeletesSelf  NotEditable  EventNotEditable  NoRegistration
  NoMandatoryLogin  Installed
"""

from dragoman.core.faults import Conflict, Fault, Invalid


class UserExists(Conflict):
    """A registered user has this address."""


class EmailTaken(Conflict):
    """Another user or a member of staff has this address."""


class AlreadyStaff(Conflict):
    """A member of staff has this address."""


class NameTaken(Conflict):
    """The name is in use."""


class TagTaken(Conflict):
    """Another tag has the name."""


class FieldTaken(Conflict):
    """Another custom field has the name."""


class AlreadyTagged(Conflict):
    """The ticket has the tag already."""


class OwnSupervisor(Invalid):
    """Nobody supervises oneself."""


class BadOption(Invalid):
    """Not an option of the custom field."""


class Impossible(Fault):
    """The state of things does not allow it."""


class AlreadyBanned(Impossible):
    """The address is banned."""


class AlreadyDisabled(Impossible):
    """The user is disabled."""


class AlreadyEnabled(Impossible):
    """The user is enabled."""


class AlreadyAssigned(Impossible):
    """The ticket has an owner."""


class LacksDepartment(Impossible):
    """The member of staff does not belong to the ticket's department."""


class SameDepartment(Impossible):
    """It is there already."""


class IsDefault(Impossible):
    """The default department stays."""


class DefaultPrivate(Impossible):
    """The default department is public."""


class HoldsPrivate(Impossible):
    """Tickets of users do not lie in private departments."""


class PrivateDepartment(Impossible):
    """Users do not write to private departments."""


class DeletesSelf(Impossible):
    """Nobody deletes oneself."""


class NotEditable(Impossible):
    """The ticket's own text, once there are comments."""


class EventNotEditable(Impossible):
    """Only the last comment of an open ticket may be changed."""


class Installed(Impossible):
    """The desk has been set up."""
