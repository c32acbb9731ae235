"""Telling an influencer that the bank account behind their payouts is another one now."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.announcements.operations import influencer_users, path_to
from marketplace.notifications.operations import notify
from marketplace.services import Services


def tell_bank_change(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell the account's user at the address they sign in with, which whoever changed the bank account need not have.

    The address that was handed to the provider when the account was made is not kept here.
    """
    for user in influencer_users(session, payload["payee_ref"]):
        notify(
            session,
            services,
            user=user,
            kind="account.bank_changed",
            params={"until": {"at": payload["held_until"]}},
            path=path_to("billing.payout_account"),
            key=f"account.bank_changed:{payload['payee_ref']}:{payload['at']}",
            now=services.clock(),
        )
