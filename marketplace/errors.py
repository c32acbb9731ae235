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


class Faults:
    """What is wrong with an input, gathered so that all of it is told at once: `with faults:` around each reading."""

    def __init__(self) -> None:
        self._found: list[Invalid] = []

    def __enter__(self) -> None:
        """Begin a reading."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, Invalid):
            return False
        self._found.append(error)
        return True

    def refuse(self) -> None:
        """Go on where nothing was found.

        Raises:
            Invalid: the first fault, with the fields of all.

        """
        if not self._found:
            return
        first = self._found[0]
        first.fields = {name: why for error in self._found for name, why in error.fields.items()}
        raise first
