"""Versions over HTTP (RFC 9110): every resource that is read has an ETag, and a change may be made to depend on it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed

from marketplace.web.language import lazy_gettext as _

HEADER = "If-Match"
View = Callable[..., Any]


def tagged(view: View) -> View:
    """Give what is read an ETag, and answer 304 to who has that already."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        response: Response = view(*args, **kwargs)
        response.add_etag()
        response.make_conditional(request.environ)
        return response

    return answer


def matched(view: View, *, read: View) -> View:
    """Refuse a change of a resource that is not the one which `If-Match` names; `read` answers with the present one."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if HEADER in request.headers:
            present: Response = read(**(request.view_args or {}))
            present.add_etag()
            tag, _is_weak = present.get_etag()
            if tag is None or not request.if_match.contains(tag):
                raise PreconditionFailed(
                    str(_("This was changed since you read it. Read it again, then repeat what you did."))
                )
        return view(*args, **kwargs)

    return checked
