"""The base of all refusals of the application: a stable `code` for machines, a `kind` that decides the answer.

Specific errors stand beside the operation that raises them. `web/errors.py` is the only place that turns a kind into
an HTTP status; the sentence a user reads comes from `message`, a lazily translated text.
"""

from collections.abc import Sequence
from typing import ClassVar

KINDS = (
    "invalid",
    "unauthenticated",
    "forbidden",
    "not_found",
    "conflict",
    "too_many",
    "too_large",
    "unavailable",
)


class MarketplaceError(Exception):
    """A refusal that was foreseen. `fields` maps form fields to what is wrong with each."""

    code: ClassVar[str] = "marketplace_error"
    kind: ClassVar[str] = "invalid"

    def __init__(self, message: object | None = None, *, fields: dict[str, object] | None = None) -> None:
        super().__init__(str(message) if message is not None else self.code)
        self._message = message
        self.fields = fields or {}

    @property
    def message(self) -> object:
        """What to tell the user; the code where nothing better was given."""
        return self._message if self._message is not None else self.code

    @property
    def reasons(self) -> Sequence[tuple[str, object]]:
        """Every reason with its code and its sentence, where a refusal may have several."""
        return ()


class NotFound(MarketplaceError):
    """No such record, or none that this actor may know of."""

    code = "not_found"
    kind = "not_found"


class Forbidden(MarketplaceError):
    """The actor is known and may not do this."""

    code = "forbidden"
    kind = "forbidden"


class Conflict(MarketplaceError):
    """The record is not in a state, or no longer in the version, that allows this."""

    code = "conflict"
    kind = "conflict"


class Invalid(MarketplaceError):
    """Input that cannot be used; `fields` says where."""

    code = "invalid"
    kind = "invalid"
