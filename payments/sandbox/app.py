"""The sandbox's own Flask application: API, hosted pages and test controls over one database file."""

from flask import Flask, Response, jsonify, request

from payments.sandbox.api import Api
from payments.sandbox.control import SandboxControl
from payments.sandbox.database import Database
from payments.sandbox.errors import ApiError
from payments.sandbox.fault_gate import FaultGate
from payments.sandbox.settings import SandboxSettings
from payments.sandbox.webhooks import WebhookSender

_BODY_BYTES_MAX = 1_000_000


def create_sandbox(settings: SandboxSettings) -> Flask:
    """Return a sandbox; `control_of` reaches its programmatic controls."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=_BODY_BYTES_MAX, PROPAGATE_EXCEPTIONS=False)
    database = Database(settings.database_path)
    sender = WebhookSender(settings, database)
    app.extensions["athar_sandbox"] = SandboxControl(settings, database, sender)
    Api(settings, database, sender).register(app)
    app.register_error_handler(404, _not_found)
    app.wsgi_app = FaultGate(app.wsgi_app, settings.faults)  # type: ignore[method-assign]  # Flask's documented way
    return app


def control_of(app: Flask) -> SandboxControl:
    """Return the controls of a sandbox application."""
    control: SandboxControl = app.extensions["athar_sandbox"]
    return control


def _not_found(_error: Exception) -> tuple[Response | str, int]:
    if request.path.startswith(("/v1/", "/v2/")):
        error = ApiError(f"Unrecognized request URL ({request.method}: {request.path}).")
        return jsonify(error.body()), 404
    return "Not found", 404
