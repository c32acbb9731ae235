"""What every page answers that has asked for a second person."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from marketplace.approvals.models import ApprovalRequest
from marketplace.web.language import gettext as _


def lead_to_request(asked: ApprovalRequest) -> Response:
    """Say that a second person must approve it, and lead to the request."""
    flash(_("A second person must approve this. It waits in the list."), "success")
    return redirect(url_for("approvals.request", request_id=asked.id), 303)
