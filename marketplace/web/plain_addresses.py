"""Addresses of pages that take no values: the frame of every page holds some fifteen of them."""

from flask import current_app, request, url_for

KEPT = "athar_plain_addresses"


def plain_address(endpoint: str) -> str:
    """Return what `url_for` returns in this request; built once for each path that the site is mounted at."""
    kept: dict[tuple[str, str], str] = current_app.extensions.setdefault(KEPT, {})
    key = request.root_path, endpoint
    if key not in kept:
        kept[key] = url_for(endpoint)
    return kept[key]
