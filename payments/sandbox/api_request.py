"""What a handler is given and what lists look like: the seam between the HTTP pipeline and the resources."""

from collections.abc import Callable
from dataclasses import dataclass, field

from payments.sandbox.errors import ParameterInvalid
from payments.sandbox.params import Params
from payments.sandbox.store import Body, PageRequest
from payments.sandbox.unit import UnitOfWork

LIMIT_MAX = 100


@dataclass(slots=True)
class ApiRequest:
    """The parameters of one call, the variables of its path, and what it wants expanded."""

    params: Params
    path: dict[str, str]
    url_path: str
    expand: list[str] = field(default_factory=list)

    def close(self) -> None:
        """Read `expand` and refuse parameters that nobody has read."""
        self.expand = self.params.texts("expand")
        self.params.close()


Handler = Callable[[UnitOfWork, ApiRequest], Body]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint; GET runs in a read-only transaction."""

    method: str
    path: str
    handler: Handler

    @property
    def name(self) -> str:
        """Return a unique endpoint name."""
        return f"{self.method} {self.path}"


def read_page(params: Params) -> PageRequest:
    """Read the list parameters that all lists share.

    Raises:
        ParameterInvalid: a limit outside 1 to 100, or both cursors.
    """
    limit = params.integer("limit")
    limit = 10 if limit is None else limit
    if not 1 <= limit <= LIMIT_MAX:
        raise ParameterInvalid(f"This value must be between 1 and {LIMIT_MAX}.", param="limit")
    after, before = params.text("starting_after"), params.text("ending_before")
    if after and before:
        raise ParameterInvalid(
            "Only one of starting_after and ending_before may be sent.", param="ending_before"
        )
    return PageRequest(limit=limit, starting_after=after, ending_before=before, created=_created(params))


def _created(params: Params) -> dict[str, int]:
    try:
        exact = params.integer("created")
    except ParameterInvalid:
        level = params.mapping("created")
        bounds = {word: level.integer(word) for word in ("gt", "gte", "lt", "lte")}
        return {word: seconds for word, seconds in bounds.items() if seconds is not None}
    return {} if exact is None else {"gte": exact, "lte": exact}


def list_answer(
    unit: UnitOfWork,
    request: ApiRequest,
    kind: str,
    *,
    filters: tuple[str, ...] = (),
    extra: Body | None = None,
) -> Body:
    """Answer a list of the acting account's objects, filtered by fields sent as parameters and by `extra` ones."""
    fields = {name: request.params.text(name) for name in filters} | (extra or {})
    wanted = read_page(request.params)
    request.close()
    bodies, has_more = unit.store.page(kind, account=unit.account, fields=fields, wanted=wanted)
    return as_list(bodies, request.url_path, has_more=has_more)


def as_list(bodies: list[Body], url: str, *, has_more: bool = False) -> Body:
    """Return a list object."""
    return {"object": "list", "data": bodies, "has_more": has_more, "url": url}
