"""The blueprint that the page modules of bookings share."""

from flask import Blueprint

from marketplace.bookings.shown_state import shown_state

blueprint = Blueprint("bookings", __name__)
blueprint.add_app_template_global(shown_state)
