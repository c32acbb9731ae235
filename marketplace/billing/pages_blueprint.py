"""The blueprint that the page modules of billing share."""

from flask import Blueprint

blueprint = Blueprint("billing", __name__)
