"""What leaves the sandbox: values that depend on the present moment, and `expand`."""

from payments.sandbox.api_request import as_list
from payments.sandbox.errors import ParameterInvalid
from payments.sandbox.reversals import reversals_of
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork, visible

DEPTH_MAX = 4


def render(unit: UnitOfWork, body: Body, expand: list[str]) -> Body:
    """Return a body ready to be sent.

    Raises:
        ParameterInvalid: a path of `expand` names nothing that can be expanded.
    """
    _refresh(unit, body)
    for path in expand:
        parts = path.split(".")
        if len(parts) > DEPTH_MAX:
            raise ParameterInvalid(
                f"You cannot expand more than {DEPTH_MAX} levels of a property.", param="expand"
            )
        _expand(unit, body, parts, path)
    return visible(body)


def _refresh(unit: UnitOfWork, body: Body) -> None:
    kind = body.get("object")
    if kind == "list":
        for item in body["data"]:
            _refresh(unit, item)
    elif kind == "balance_transaction":
        body["status"] = "available" if body["available_on"] <= unit.now else "pending"
    elif kind == "event":
        body["pending_webhooks"] = unit.store.count_waiting(body["id"])
    elif kind == "transfer":
        body["reversals"] = reversals_of(unit, body["id"])


def _expand(unit: UnitOfWork, node: Body, parts: list[str], path: str) -> None:
    name, rest = parts[0], parts[1:]
    if node.get("object") == "list" and name == "data":
        for item in node["data"]:
            if rest:
                _expand(unit, item, rest, path)
        return
    value = _expanded(unit, node, name, path)
    node[name] = value
    if rest and isinstance(value, dict):
        _expand(unit, value, rest, path)


def _expanded(unit: UnitOfWork, node: Body, name: str, path: str) -> object:
    kind = node.get("object")
    if kind == "checkout.session" and name == "line_items":
        return as_list(node["_line_items"], f"/v1/checkout/sessions/{node['id']}/line_items")
    if kind == "charge" and name == "refunds":
        found = unit.store.select("refund", charge=node["id"])[::-1]
        return as_list(found, f"/v1/charges/{node['id']}/refunds")
    if name not in node:
        raise ParameterInvalid(
            f"This property cannot be expanded ({path}).", param="expand", code="property_cannot_be_expanded"
        )
    value = node[name]
    found_one = unit.store.find(value) if isinstance(value, str) else None
    if found_one is None:
        return value
    _refresh(unit, found_one)
    return found_one
