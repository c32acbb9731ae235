"""The blueprint that the page modules of matches share."""

from flask import Blueprint

blueprint = Blueprint("matches", __name__)
