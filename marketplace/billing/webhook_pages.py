"""Where the payment provider tells us what happened: verified, stored, answered; the worker does the rest."""

import structlog
from flask import Response, request

from marketplace.billing import processing
from marketplace.billing.pages_blueprint import blueprint
from marketplace.billing.webhook_secrets import ENDPOINTS
from marketplace.errors import MarketplaceError, NotFound
from marketplace.web.access import public
from marketplace.web.context import services
from marketplace.web.csrf import csrf_exempt
from marketplace.web.limits import WEBHOOK, WEBHOOK_REJECTED, limiter

log = structlog.get_logger("billing")
BYTES_MAX = 512_000
ACCEPTED, REJECTED = 200, 400


class WebhookTooLarge(MarketplaceError):
    """No message of the provider is that long."""

    code = "webhook_too_large"
    kind = "too_large"


@blueprint.post("/webhooks/stripe/<endpoint>")
@public
@csrf_exempt
@limiter.limit(WEBHOOK)
@limiter.limit(WEBHOOK_REJECTED, deduct_when=lambda response: response.status_code == REJECTED)
def webhook(endpoint: str) -> Response:
    """Keep one message whose signature holds; anything else is refused and changes nothing."""
    if endpoint not in ENDPOINTS:
        raise NotFound
    if (request.content_length or 0) > BYTES_MAX:
        raise WebhookTooLarge
    payload = request.stream.read(BYTES_MAX + 1)
    if len(payload) > BYTES_MAX:
        raise WebhookTooLarge
    signature = request.headers.get(processing.SIGNATURE, "")
    try:
        event_id = processing.take_webhook(
            services(), endpoint=endpoint, payload=payload, signature=signature
        )
    except processing.WebhookRejected as error:
        log.warning("webhook_rejected", endpoint=endpoint, error=str(error))
        return Response("rejected\n", status=REJECTED, mimetype="text/plain")
    log.info("webhook_kept", endpoint=endpoint, webhook=event_id)
    return Response("kept\n", status=ACCEPTED, mimetype="text/plain")
