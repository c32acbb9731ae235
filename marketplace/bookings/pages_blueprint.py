"""The blueprint that the page modules of bookings share."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)
