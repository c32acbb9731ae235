"""Connected accounts at Stripe: made and read through Accounts v2, or through v1 where a platform has no access to v2.

Both shapes describe the same account, so one made in one API can be read and completed in the other.
"""

from collections.abc import Callable, Iterator
from typing import Any

import stripe

from payments.adapters import stripe_objects
from payments.adapters.stripe_errors import ACCOUNT_GONE, code_of, translated
from payments.ports import (
    AccountState,
    GatewayOutcomeUnknown,
    GatewayRefused,
    MakeAccount,
    MakeOnboardingLink,
)
from payments.statuses import AccountStatus

PAGE = 100
NO_V2 = frozenset(
    {
        "account_not_yet_compatible_with_v2",
        "accounts_v2_access_blocked",
        "non_connect_platform_accounts_v2_access_blocked",
        "v1_account_instead_of_v2_account",
    }
)
NOT_FOUND = 404


class ConnectedAccounts:
    """The accounts of payees. With `prefers_v2` the second API is asked first."""

    def __init__(self, client: stripe.StripeClient, *, prefers_v2: bool) -> None:
        self._client = client
        self._prefers_v2 = prefers_v2

    def make(self, command: MakeAccount, key: str) -> Any:
        """Make an account whose payouts only we start.

        Another API is another idempotency key. Where v2 is opened for a platform just between two sends of one
        command, an account without money and bank may stay behind; it is never linked.
        """
        return self._either(
            key, lambda: self._make_v2(command, key), lambda other: self._make_v1(command, other)
        )

    def make_link(self, command: MakeOnboardingLink, key: str) -> Any:
        """Make a single-use address of the hosted onboarding."""
        return self._either(
            key, lambda: self._link_v2(command, key), lambda other: self._link_v1(command, other)
        )

    def list_made(self, *, since: int) -> Iterator[Any]:
        """Return accounts made since then (Unix seconds), of both APIs."""
        found = self._client.v1.accounts.list({"created": {"gte": since}, "limit": PAGE})
        return iter(found.auto_paging_iter())

    def retrieve(self, gateway_account_id: str) -> AccountState:
        """Read an account; one that withdrew its consent is `deauthorised`.

        The bank account stands in v1 alone; whether the account may be paid is asked of v2 where that is there.
        """
        try:
            with translated():
                account = self._client.v1.accounts.retrieve(gateway_account_id).to_dict()
        except GatewayRefused as refusal:
            if refusal.details.get("code") != ACCOUNT_GONE:
                raise
            return _gone(gateway_account_id)
        state = stripe_objects.read_account(account)
        with translated():
            newer = self._either("", lambda: self._retrieve_v2(gateway_account_id), lambda _key: None)
        return stripe_objects.read_account_v2(newer.to_dict(), state) if newer is not None else state

    def _either(self, key: str, in_v2: Callable[[], Any], in_v1: Callable[[str], Any]) -> Any:
        """Ask v2, and v1 where v2 is not wanted or not there; a second call in v1 has a key of its own."""
        if not self._prefers_v2:
            return in_v1(key)
        try:
            return in_v2()
        except stripe.StripeError as error:
            if code_of(error) not in NO_V2 and not _is_unknown_address(error):
                raise
            return in_v1(f"{key}:v1")

    def _make_v2(self, command: MakeAccount, key: str) -> Any:
        account = self._client.v2.core.accounts.create(
            {
                "contact_email": command.email,
                "display_name": command.display_name,
                "dashboard": "express",
                "identity": {"country": command.country.lower(), "entity_type": "individual"},
                "defaults": {
                    "responsibilities": {"fees_collector": "application", "losses_collector": "application"}
                },
                "configuration": {
                    "recipient": {
                        "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
                    }
                },
                "metadata": {"op": command.operation_id, "payee": command.payee_ref},
                "include": ["configuration.recipient", "requirements"],
            },
            {"idempotency_key": key},
        )
        self._stop_automatic_payouts(account.id, f"{key}:schedule")
        return account

    def _stop_automatic_payouts(self, account_id: str, key: str) -> None:
        """Set the schedule that v2 cannot set; the account is there already, so a refusal here refuses nothing."""
        try:
            with translated():
                self._client.v1.accounts.update(
                    account_id,
                    {"settings": {"payouts": {"schedule": {"interval": "manual"}}}},
                    {"idempotency_key": key},
                )
        except GatewayRefused as refusal:
            raise GatewayOutcomeUnknown(
                "The account is made, its payouts are not ours yet.", **refusal.details
            ) from refusal

    def _make_v1(self, command: MakeAccount, key: str) -> Any:
        return self._client.v1.accounts.create(
            {
                "country": command.country,
                "email": command.email,
                "business_profile": {"name": command.display_name},
                "capabilities": {"transfers": {"requested": True}},
                "controller": {
                    "fees": {"payer": "application"},
                    "losses": {"payments": "application"},
                    "requirement_collection": "stripe",
                    "stripe_dashboard": {"type": "express"},
                },
                "settings": {"payouts": {"schedule": {"interval": "manual"}}},
                "metadata": {"op": command.operation_id, "payee": command.payee_ref},
            },
            {"idempotency_key": key},
        )

    def _link_v2(self, command: MakeOnboardingLink, key: str) -> Any:
        return self._client.v2.core.account_links.create(
            {
                "account": command.gateway_account_id,
                "use_case": {
                    "type": "account_onboarding",
                    "account_onboarding": {
                        "refresh_url": command.refresh_url,
                        "return_url": command.return_url,
                    },
                },
            },
            {"idempotency_key": key},
        )

    def _link_v1(self, command: MakeOnboardingLink, key: str) -> Any:
        return self._client.v1.account_links.create(
            {
                "account": command.gateway_account_id,
                "type": "account_onboarding",
                "refresh_url": command.refresh_url,
                "return_url": command.return_url,
            },
            {"idempotency_key": key},
        )

    def _retrieve_v2(self, account_id: str) -> Any:
        return self._client.v2.core.accounts.retrieve(
            account_id, {"include": ["configuration.recipient", "requirements"]}
        )


def _is_unknown_address(error: stripe.StripeError) -> bool:
    """Tell whether the server has no such API at all; an object that is not there has a code of its own."""
    return error.http_status == NOT_FOUND and error.code is None


def _gone(gateway_account_id: str) -> AccountState:
    return AccountState(
        gateway_account_id=gateway_account_id,
        status=AccountStatus.DEAUTHORISED,
        is_payout_enabled=False,
        requirements=(),
        external_account_digest=None,
    )
