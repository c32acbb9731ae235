"""Signs messages by the scheme that Stripe publishes, written from its description alone: no code of ours, none of Stripe's.

https://docs.stripe.com/webhooks#verify-manually: the header is `t=<Unix seconds>,v1=<hex>`, where the second is the
HMAC with SHA-256 of `<seconds>.<body>` under the endpoint's secret.
"""

import hashlib
import hmac


def signed(body, secret, at, *, scheme="v1"):
    """The header of a body signed at a moment."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},{scheme}={digest(body, secret, seconds)}"


def signed_with_all(body, secrets, at):
    """The header while a secret is rolled: one signature for each."""
    seconds = str(int(at.timestamp()))
    return ",".join([f"t={seconds}", *(f"v1={digest(body, secret, seconds)}" for secret in secrets)])


def digest(body, secret, seconds):
    return hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
