"""`athar payments compare`: the provider's lines beside our books, from any day on."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from marketplace.cli.context import load_services
from marketplace.cli.ledger import DAY
from marketplace.cli.output import FOUND_WRONG, MISSING, give, say
from payments.account_differences import Difference, list_differences
from payments.errors import PaymentError
from payments.kept_breaks import first_day
from payments.money import format_minor
from payments.reconciliation import Break, ReconciliationReport, reconcile

ONE_DAY = timedelta(days=1)
ACCOUNTS = 100


@click.command()
@click.option(
    "--since", type=DAY, help="First day (UTC); unless told eight days back, or the oldest open break."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare(since: datetime | None, as_json: bool) -> None:
    """Compare every movement at the provider SINCE a day with our books, and both balances; changes nothing.

    Without it, as the page and the nightly job: eight days back, and further where a break is older and still open.
    Payees' accounts that hold another amount than our book says, as the worker read them last, stand before the rest.
    Exit 1 when something does not fit, 4 when the provider does not answer.
    """
    services = load_services()
    at = services.clock()
    with services.sessions() as session:
        first = since.replace(tzinfo=UTC) if since is not None else first_day(session, now=at)
    try:
        report = reconcile(services.sessions, gateway=services.gateway, clock=services.clock, since=first)
    except PaymentError as error:
        say(f"The provider does not answer: {error}", is_error=True)
        raise SystemExit(MISSING) from error
    with services.sessions() as session:
        accounts = list_differences(session, limit=ACCOUNTS)
    lines = [*(_account_text(each) for each in accounts), *_lines(report, first, at)]
    give(_plain(report, first, accounts), as_json=as_json, lines=lines)
    if accounts or not report.is_sound:
        raise SystemExit(FOUND_WRONG)


def _plain(
    report: ReconciliationReport, first: datetime, accounts: Sequence[Difference]
) -> dict[str, object]:
    return {
        "since": first.isoformat(),
        "is_sound": report.is_sound and not accounts,
        "matched": report.matched,
        "breaks": [
            {
                "code": each.code,
                "gateway_id": each.gateway_id,
                "currency": each.currency,
                "amount_minor": each.amount_minor,
                "since": each.since.isoformat(),
                "detail": each.detail,
            }
            for each in report.breaks
        ],
        "accounts": [
            {
                "payee": each.payee_ref,
                "currency": each.currency,
                "provider_minor": each.provider_minor,
                "booked_minor": each.booked_minor,
                "since": each.since.isoformat(),
            }
            for each in accounts
        ],
        "balances": [
            {
                "currency": each.currency,
                "provider_minor": each.provider_minor,
                "booked_minor": each.booked_minor,
            }
            for each in report.balances
        ],
    }


def _lines(report: ReconciliationReport, first: datetime, at: datetime) -> list[str]:
    lines = [_break_text(each, at) for each in sorted(report.breaks, key=lambda each: each.since)]
    for each in report.balances:
        theirs, ours = (
            format_minor(minor, each.currency) for minor in (each.provider_minor, each.booked_minor)
        )
        mark = "ok   " if each.provider_minor == each.booked_minor else "WRONG"
        lines.append(f"{mark} {each.currency}: {theirs} at the provider, {ours} in our books")
    is_only_sum = not report.breaks and not report.is_sound
    hint = " What differs is older: name an earlier day." if is_only_sum else ""
    return [
        *lines,
        f"{report.matched} lines since {first:%Y-%m-%d %H:%M} UTC fit, {len(report.breaks)} do not.{hint}",
    ]


def _account_text(found: Difference) -> str:
    theirs, ours = (
        format_minor(minor, found.currency) for minor in (found.provider_minor, found.booked_minor)
    )
    return (
        f"account_differs: payee {found.payee_ref}: {theirs} {found.currency} at the provider, "
        f"{ours} in our books, seen since {found.since:%Y-%m-%d %H:%M} UTC"
    )


def _break_text(found: Break, at: datetime) -> str:
    days = (at - found.since) // ONE_DAY
    amount = format_minor(found.amount_minor, found.currency)
    return f"{found.code}: {found.gateway_id}: {amount} {found.currency}, {days} days old: {found.detail}"
