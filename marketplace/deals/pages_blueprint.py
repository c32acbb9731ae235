"""The blueprint that the page modules of deals share."""

from flask import Blueprint

blueprint = Blueprint("deals", __name__)
