"""The fees over the API, for operators: in force, before, coming. A change is proposed on its page."""

from typing import Any

from flask import url_for

from marketplace.db import db
from marketplace.fees.queries import FeePolicyView, list_fees
from marketplace.fees.schemas import FeePolicyPageSchema
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import now, services
from marketplace.web.schema import plain

blueprint = ApiBlueprint("fees", description="What the platform takes, by dated editions.")


@blueprint.read("/fees", answer=FeePolicyPageSchema)
@requires(Permission.CASE_VIEW)
def list_fee_policies() -> dict[str, Any]:
    """List every edition of the fees, newest first, with who decided. There is no second page: a site has a few.

    Proposing another asks for the password, and is done at `page_url`.
    """
    page_url = services().settings.base_url.rstrip("/") + url_for("fees.fees")
    views = list_fees(db.session, now=now())
    return {"items": [_body(view) | {"page_url": page_url} for view in views], "next_cursor": None}


def _body(view: FeePolicyView) -> dict[str, Any]:
    policy = view.policy
    bounds = [
        {"currency": currency, **plain(row, currency)} for currency, row in sorted(policy.bounds.items())
    ]
    return {**plain(view), **plain(policy), "bounds": bounds}
