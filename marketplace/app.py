"""The application factory: settings and services in, a Flask application out."""

from datetime import timedelta

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.db import db, prepare_engine
from marketplace.registry import install_features
from marketplace.services import SANDBOX_PATH, Services
from marketplace.settings import Settings
from marketplace.settlement import session_info
from marketplace.web.access import check_access
from marketplace.web.api_document import install_api
from marketplace.web.context import EXTENSION
from marketplace.web.csrf import install_csrf
from marketplace.web.errors import install_errors
from marketplace.web.formats import install_formats
from marketplace.web.headers import install_headers
from marketplace.web.identity import install_identity
from marketplace.web.language import install_language
from marketplace.web.limits import install_limits
from marketplace.web.request_log import install_request_log
from marketplace.web.static_files import StaticFilesFlask
from marketplace.web.step_up import check_step_up
from marketplace.web.templates import install_templates
from marketplace.web.transactions import TransactionalFlask

COOKIE_DAYS = 30


class Site(StaticFilesFlask, TransactionalFlask):
    """What answers requests."""


def create_app(services: Services) -> Flask:
    """Build the application on the given services."""
    app = Site("marketplace")
    app.config.from_mapping(_flask_config(services.settings))
    app.extensions[EXTENSION] = services
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    _install_database(app, services)
    install_request_log(app)
    install_identity(app)
    install_language(app)
    install_csrf(app)
    install_limits(app, services.settings)
    app.before_request(check_access)
    app.before_request(check_step_up)
    install_headers(app)
    install_formats(app)
    install_templates(app)
    api = install_api(app)
    install_features(app, api, services)
    install_errors(app)
    if services.sandbox is not None:
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {SANDBOX_PATH: services.sandbox.wsgi_app})  # type: ignore[method-assign]  # Flask's documented way
    if services.settings.trusted_proxies:
        hops = services.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _install_database(app: Flask, services: Services) -> None:
    """Let requests use the engine the services already have."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": services.settings.database_url}
    db.init_app(app)
    # The extension also awaits the closing of asynchronous sessions, for which Flask starts a thread a request; we have none.
    app.teardown_appcontext_funcs[:] = [
        function for function in app.teardown_appcontext_funcs if "async" not in function.__qualname__
    ]
    with app.app_context():
        prepare_engine(db.engine)
        db.sessionmaker.configure(info=dict(session_info(services.settings)))


def _flask_config(settings: Settings) -> dict[str, object]:
    is_secure = settings.has_secure_cookies
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": [key for key in settings.secret_key_fallbacks.split(",") if key],
        "DEBUG": settings.debug,
        "TESTING": settings.mode == "test",
        "DEFAULT_LANGUAGE": settings.default_language,
        "MAX_CONTENT_LENGTH": settings.request_bytes_max,
        "MAX_FORM_MEMORY_SIZE": 1_000_000,
        "TRUSTED_HOSTS": [host for host in settings.trusted_hosts.split(",") if host] or None,
        "SESSION_COOKIE_NAME": "__Host-athar" if is_secure else "athar_demo",
        "SESSION_COOKIE_SECURE": is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=COOKIE_DAYS),
        "PREFERRED_URL_SCHEME": "https" if is_secure else "http",
        "TEMPLATES_AUTO_RELOAD": settings.debug,
    }
