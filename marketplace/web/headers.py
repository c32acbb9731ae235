"""Security headers of every answer. Nothing inline, nothing from elsewhere."""

from flask import Flask, Response, request
from flask_login import current_user

from marketplace.web.context import services
from marketplace.web.static_files import digest_of

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
}
STRIPE_PAGES = "https://checkout.stripe.com https://connect.stripe.com"
STATIC_MAX_AGE = "public, max-age=31536000, immutable"


def _policy() -> str:
    values = dict(POLICY)
    if services().settings.payments == "stripe":
        values["form-action"] += " " + STRIPE_PAGES
    return "; ".join(f"{name} {value}" for name, value in values.items())


def set_headers(answer: Response) -> Response:
    """Add what every answer carries; signed-in pages are never stored."""
    headers = answer.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
    if services().settings.has_secure_cookies:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static":
        headers["Cache-Control"] = STATIC_MAX_AGE if _names_its_content() else "public, max-age=300"
    elif current_user.is_authenticated or request.method != "GET":
        headers["Cache-Control"] = "no-store"
    return answer


def _names_its_content() -> bool:
    return request.args.get("v") == digest_of((request.view_args or {}).get("filename", ""))


def install_headers(app: Flask) -> None:
    app.after_request(set_headers)
