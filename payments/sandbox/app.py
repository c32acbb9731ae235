"""The sandbox's own Flask application: API, hosted pages and test controls over one database file."""

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from payments.sandbox import play
from payments.sandbox.api import ROUTES, Api
from payments.sandbox.control import SandboxControl
from payments.sandbox.currencies import format_amount
from payments.sandbox.database import Database
from payments.sandbox.errors import ApiError, ServerFailed
from payments.sandbox.fault_gate import FaultGate
from payments.sandbox.hosted import country_name, show_notice
from payments.sandbox.pages import HostedPages
from payments.sandbox.settings import SandboxSettings
from payments.sandbox.webhooks import WebhookSender

_BODY_BYTES_MAX = 1_000_000


def create_sandbox(settings: SandboxSettings) -> Flask:
    """Return a sandbox; `control_of` reaches its programmatic controls."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=_BODY_BYTES_MAX, MAX_FORM_MEMORY_SIZE=_BODY_BYTES_MAX)
    app.jinja_env.filters.update(money=format_amount, country=country_name)
    database = Database(settings.database_path)
    _keep_form_secret(settings, database)
    sender = WebhookSender(settings, database)
    app.extensions["athar_sandbox"] = SandboxControl(settings, database, sender)
    Api(settings, database, sender).register(app, (*ROUTES, *play.ROUTES))
    app.register_blueprint(HostedPages(settings, database, sender).blueprint())
    app.register_error_handler(HTTPException, _answer_error)
    app.wsgi_app = FaultGate(app.wsgi_app, settings.faults)  # type: ignore[method-assign]  # Flask's documented way
    return app


def control_of(app: Flask) -> SandboxControl:
    """Return the controls of a sandbox application."""
    control: SandboxControl = app.extensions["athar_sandbox"]
    return control


def _keep_form_secret(settings: SandboxSettings, database: Database) -> None:
    """Make the secret of the pages' forms once for this database."""
    with database.transaction() as connection:
        connection.execute("INSERT OR IGNORE INTO secret VALUES ('form', ?)", (settings.new_token(32),))


def _answer_error(error: HTTPException) -> Response | tuple[Response, int]:
    """Answer in the caller's format: Stripe's error document, or a page that says what to do."""
    status = error.code or 500
    if not request.path.startswith(("/v1/", "/v2/")):
        return show_notice("missing" if status < 500 else "failed", status=status)
    if status == 404:
        message = f"Unrecognized request URL ({request.method}: {request.path})."
    elif status < 500:
        message = f"The request cannot be read: {error.name}."
    else:
        return jsonify(ServerFailed("The sandbox failed; its log says why.").body()), status
    return jsonify(ApiError(message).body()), status
