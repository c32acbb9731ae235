"""What can go wrong in matching, named by what is wrong."""

from typing import ClassVar


class MatchingError(Exception):
    """Base of all errors of this package; `kind` decides how the application answers."""

    code: ClassVar[str] = "matching_error"
    kind: ClassVar[str] = "invalid"


class IndexUnavailable(MatchingError):
    """The index is missing, damaged or cannot be reached; pages say so and go on without it."""

    code = "index_unavailable"
    kind = "unavailable"


class IndexDamaged(IndexUnavailable):
    """The index is damaged, gone, or was written by another version: only a build from the database helps."""

    code = "index_damaged"


class NothingToSearch(MatchingError):
    """The brief asks for nothing that can be searched; the page asks a question instead of showing a random list."""

    code = "nothing_to_search"
    kind = "invalid"
