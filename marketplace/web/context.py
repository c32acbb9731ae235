"""What a request knows: the services, the time, the actor, and whether a page or the API is asked."""

from datetime import datetime
from typing import cast

from flask import current_app, g, request
from flask_login import current_user

from marketplace.db import db
from marketplace.policies import VISITOR, Actor
from marketplace.services import Services
from marketplace.web.actors import actor_of

EXTENSION = "athar"
API_PREFIX = "/api/"


def is_api() -> bool:
    """Return whether this request asks the API, which speaks JSON and takes keys."""
    return request.path.startswith(API_PREFIX)


def services() -> Services:
    """Return the services of the running application."""
    return cast("Services", current_app.extensions[EXTENSION])


def now() -> datetime:
    """Return the request's time: read once, so that one request has one `now`."""
    if "now" not in g:
        g.now = services().clock()
    return cast("datetime", g.now)


def current_actor() -> Actor:
    """Return who acts in this request (VISITOR when nobody is signed in)."""
    if "actor" not in g:
        if not current_user.is_authenticated:
            g.actor = VISITOR
        else:
            g.actor = actor_of(db.session, current_user.user, session_id=current_user.session_id)
    return cast("Actor", g.actor)
