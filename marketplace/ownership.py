"""Asking the policy table about a thing that belongs to somebody: what is not yours does not exist for you."""

from marketplace.errors import Forbidden, NotFound
from marketplace.policies import Actor, Permission, Subject, is_own, may


def require(actor: Actor, permission: Permission, subject: Subject) -> None:
    """Let the actor pass or refuse.

    Raises:
        NotFound: the thing belongs to others.
        Forbidden: it is theirs, but their role (or a suspension) does not allow this.

    """
    if may(actor, permission, subject):
        return
    if actor.kind in {"system", "operator"} or is_own(actor, subject):
        raise Forbidden
    raise NotFound
