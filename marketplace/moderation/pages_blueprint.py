"""The blueprint that the page modules of moderation share."""

from flask import Blueprint

blueprint = Blueprint("moderation", __name__)
