"""`make test-stripe`: what only Stripe itself can answer, asked of a real account in test mode. No money moves.

Not part of `make test`, because a clone has no key. `--sandbox` asks our own sandbox instead: it shows that the suite
runs, and proves nothing about Stripe.
"""

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from payments.sandbox.server import running
from payments.sandbox.settings import SandboxSettings
from tests.stripe_account.access import ACCOUNT, ADDRESS, COUNTRY, KEY, account_command, open_gateway

NEEDS = f"""make test-stripe asks a real Stripe account in test mode, and needs:

  {KEY}       a secret or restricted key of the platform account that begins with sk_test_ or rk_test_
                        (dashboard: Developers, API keys; a restricted key needs write on Charges, Refunds, Transfers,
                        PaymentIntents, Checkout Sessions, Connect, read on Balance, Webhook endpoints, Account)
  {COUNTRY}   the country of that account, two letters, for example AE

and, for transfers and payouts:

  {ACCOUNT}   a connected account (acct_...) whose onboarding was completed in test mode

Connect must be switched on for the account. Nothing but test objects is made. For example:

  {KEY}=sk_test_... {COUNTRY}=AE make test-stripe
"""
SANDBOX_KEY = "sk_test_athar_sandbox"
WRONG, REFUSED, MISSING = 2, 3, 4
SUITE = Path(__file__).with_name("suite.py")


def main() -> int:
    """Run the suite, or say what it needs."""
    if sys.argv[1:] == ["--sandbox"]:
        return against_sandbox()
    if sys.argv[1:]:
        print(NEEDS, file=sys.stderr)
        return WRONG
    key = os.environ.get(KEY, "")
    if not key or not os.environ.get(COUNTRY):
        print(NEEDS, file=sys.stderr)
        return MISSING
    if not key.startswith(("sk_test_", "rk_test_")):
        print(f"{KEY} is no key of test mode. This suite never runs with a live key.", file=sys.stderr)
        return REFUSED
    return run_suite()


def against_sandbox() -> int:
    """Run the suite against a sandbox of our own, over HTTP."""
    with tempfile.TemporaryDirectory() as folder:
        settings = SandboxSettings(
            database_path=Path(folder) / "sandbox.sqlite3",
            public_url="http://127.0.0.1",
            clock=lambda: datetime.now(UTC),
        )
        with running(settings) as (address, control):
            os.environ.update({KEY: SANDBOX_KEY, COUNTRY: "AE", ADDRESS: address})
            gateway_account = make_ready_account(address, control)
            os.environ[ACCOUNT] = gateway_account
            return run_suite()


def make_ready_account(address, control) -> str:
    """A connected account that may be paid."""
    made = open_gateway(address=address, key=SANDBOX_KEY).send(account_command("ready"), key="ready")
    control.complete_onboarding(made.gateway_id)
    return str(made.gateway_id)


def run_suite() -> int:
    """Run the tests in the order they are written."""
    return int(pytest.main(["-p", "no:randomly", "-v", str(SUITE)]))


if __name__ == "__main__":
    sys.exit(main())
