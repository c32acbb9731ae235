"""The money of who is signed in: sums, months, payouts, and each booking with what became of its money."""

from datetime import datetime
from typing import Any

from babel.dates import get_month_names
from flask import redirect, render_template, url_for
from flask_babel import get_timezone
from werkzeug.wrappers import Response

from marketplace.billing import money_view, upcoming
from marketplace.billing.account_words import requirement_words
from marketplace.billing.pages_blueprint import blueprint
from marketplace.billing.processing import payout_day
from marketplace.billing.upcoming_words import waiting_text
from marketplace.bookings.bank_arrival import is_moving, sum_payouts
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.formats import LOCALES, date_text
from marketplace.web.formats import money as money_text
from marketplace.web.language import current_language
from marketplace.web.language import gettext as _
from payments.claw_backs import list_claw_backs
from payments.queries import PayoutAccountView, find_payout_account
from payments.statements import PayeeMoney, PayoutView, list_payee_money, list_payouts
from payments.statuses import OperationState
from payments.sums import EscrowSum

#: how often the page asks again: while a share is being sent, and where others move the money
SECONDS_MOVING, SECONDS_RESTING = 4, 20


@blueprint.get("/money")
@requires(Permission.MONEY_VIEW)
def money() -> str | Response:
    actor = current_actor()
    if actor.influencer_id is not None:
        return _influencer_money(actor.influencer_id)
    if actor.brand_id is not None:
        return _brand_money(actor.brand_id)
    return redirect(url_for("billing.ledger"), 303)


def _influencer_money(influencer_id: str) -> str:
    page = money_view.list_booking_money(
        db.session, influencer_id=influencer_id, cursor=address_values.after(), has_held=False
    )
    months = money_view.sum_months(db.session, since=_since(), influencer_id=influencer_id)
    account = find_payout_account(db.session, payee_ref=influencer_id)
    needs_account = account is None or not account.is_payout_enabled
    sums = list_payee_money(db.session, payee_ref=influencer_id)
    payouts = list_payouts(db.session, payee_ref=influencer_id)
    return render_template(
        "billing/influencer_money.html",
        sums=[(each.currency, _payee_items(each, payouts, account)) for each in sums],
        is_moving=not needs_account and any(each.on_its_way_minor for each in sums),
        seconds=SECONDS_MOVING,
        claims=list_claw_backs(db.session, is_open=True, payee_ref=influencer_id),
        left_behind=[_left_behind_text(each) for each in sums if each.left_behind_minor],
        lacking=[_lacking_text(each) for each in sums if each.lacking_minor],
        charts=_charts(months, [each.currency for each in sums]),
        rows=page.rows,
        next_url=_next(page.next_cursor),
        payouts=payouts,
        needs_account=needs_account,
        payout=account,
        missing=requirement_words(account.requirements) if account is not None else [],
        upcoming=upcoming.list_incoming(db.session, influencer_id=influencer_id),
        waiting_text=waiting_text,
    )


def _left_behind_text(sums: PayeeMoney) -> str:
    return _(
        "%(amount)s lies in the account that you replaced at the payment provider. We cannot pay it out from here: "
        "take it there, or write to us.",
        amount=money_text(sums.left_behind_minor, sums.currency),
    )


def _lacking_text(sums: PayeeMoney) -> str:
    return _(
        "The payment provider shows %(amount)s less in your payout account than arrived there. We pay out what is there, "
        "and look into the rest.",
        amount=money_text(sums.lacking_minor, sums.currency),
    )


def _bank_note(account: PayoutAccountView | None, sums: PayeeMoney) -> str:
    """Say when what lies in the payout account leaves for the bank."""
    if account is not None and account.hold_reason:
        return _("waits until the hold ends")
    if sums.available_minor <= sums.lacking_minor:
        return _("goes to your bank on the next business day")
    held_until = account.payouts_held_until if account is not None else None
    return _("goes to your bank by %(day)s", day=date_text(payout_day(max(now(), held_until or now()))))


def _payee_items(
    sums: PayeeMoney, payouts: list[PayoutView], account: PayoutAccountView | None
) -> list[dict[str, Any]]:
    """Return the sums; a payout that the provider took is in the bank only once the provider says so."""
    needs_account = account is None or not account.is_payout_enabled
    moving = [each for each in payouts if is_moving(each)]
    taken_minor = sum_payouts(
        (each for each in moving if each.state == OperationState.CONFIRMED), sums.currency
    )
    on_its_way = {
        "label": _("On its way to your bank"),
        "amount_minor": sum_payouts(moving, sums.currency),
        "note": _("the payouts below say since when"),
    }
    return [
        {
            "label": _("Held for you"),
            "amount_minor": sums.held_minor,
            "note": _("until the work is approved"),
        },
        {
            "label": _("Approved") if needs_account else _("On its way"),
            "amount_minor": sums.on_its_way_minor,
            "note": _("waits for the payout account") if needs_account else _("approved, being sent"),
        },
        {
            "label": _("In your payout account"),
            "amount_minor": sums.available_minor - sums.lacking_minor,
            "note": _bank_note(account, sums),
        },
        *([on_its_way] if on_its_way["amount_minor"] else []),
        {
            "label": _("Paid to your bank"),
            "amount_minor": sums.paid_out_minor - taken_minor,
            "note": _("in all"),
        },
    ]


def _brand_money(brand_id: str) -> str:
    page = money_view.list_booking_money(db.session, brand_id=brand_id, cursor=address_values.after())
    months = money_view.sum_months(db.session, since=_since(), brand_id=brand_id)
    sums = money_view.sum_brand_money(db.session, brand_id=brand_id)
    return render_template(
        "billing/brand_money.html",
        sums=[(each.currency, _brand_items(each)) for each in sums],
        seconds=SECONDS_RESTING,
        claims=list_claw_backs(db.session, is_open=True, payer_ref=brand_id),
        charts=_charts(months, [each.currency for each in sums]),
        rows=page.rows,
        next_url=_next(page.next_cursor),
        upcoming=upcoming.list_outgoing(db.session, brand_id=brand_id, now=now()),
        waiting_text=waiting_text,
    )


def _brand_items(sums: EscrowSum) -> list[dict[str, Any]]:
    """Return what was paid and, in parts that add up to it, where it is."""
    charged_back = {
        "label": _("Taken back by your bank"),
        "amount_minor": sums.charged_back_minor,
        "note": _("as chargebacks"),
    }
    return [
        {"label": _("Paid in all"), "amount_minor": sums.paid_minor, "note": _("fees and tax included")},
        {
            "label": _("Held by Athar"),
            "amount_minor": sums.held_minor,
            "note": _("yours until you approve the work"),
        },
        {"label": _("Released to influencers"), "amount_minor": sums.released_net_minor, "note": None},
        {"label": _("Fees and tax"), "amount_minor": sums.kept_minor, "note": _("on what was released")},
        {"label": _("Paid back to you"), "amount_minor": sums.refunded_minor, "note": None},
        *([charged_back] if sums.charged_back_minor else []),
    ]


def _since() -> datetime:
    local = now().astimezone(get_timezone())
    year, month = money_view.last_months(local)[0]
    return datetime(year, month, 1, tzinfo=local.tzinfo)


def _charts(months: Any, currencies: list[str]) -> list[dict[str, Any]]:
    """Return the rows of one column chart a currency, in the order of the sums: the last twelve months, empty ones too."""
    wanted = money_view.last_months(now().astimezone(get_timezone()))
    names = get_month_names("abbreviated", locale=LOCALES[current_language()])
    return [
        {
            "currency": currency,
            "rows": [
                {"label": names[month], "value": months[currency].get((year, month), 0)}
                for year, month in wanted
            ],
        }
        for currency in currencies
        if currency in months
    ]


def _next(cursor: str | None) -> str | None:
    return url_for("billing.money", after=cursor) if cursor else None
