"""Reading stored events, as one does after webhooks were missed; they stay readable for 30 days."""

from payments.sandbox.api_request import ApiRequest, Route, as_list, read_page
from payments.sandbox.balances import DAY
from payments.sandbox.errors import ResourceMissing
from payments.sandbox.store import Body, PageRequest
from payments.sandbox.unit import UnitOfWork

READABLE_SECONDS = 30 * DAY


def _retrieve(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    event = unit.store.get("event", request.path["id"], account=unit.account)
    if event["created"] < unit.now - READABLE_SECONDS:
        raise ResourceMissing("event", event["id"])
    return event


def _list(unit: UnitOfWork, request: ApiRequest) -> Body:
    kind, kinds = request.params.text("type"), request.params.texts("types")
    wanted = read_page(request.params)
    request.close()
    bounds = dict(wanted.created or {})
    bounds["gte"] = max(bounds.get("gte", 0), unit.now - READABLE_SECONDS)
    page = PageRequest(
        limit=wanted.limit,
        starting_after=wanted.starting_after,
        ending_before=wanted.ending_before,
        created=bounds,
        any_type=tuple(kinds),
    )
    bodies, has_more = unit.store.page("event", account=unit.account, fields={"type": kind}, wanted=page)
    return as_list(bodies, request.url_path, has_more=has_more)


ROUTES = (
    Route("GET", "/v1/events", _list),
    Route("GET", "/v1/events/<id>", _retrieve),
)
