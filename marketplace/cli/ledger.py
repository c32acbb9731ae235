"""`athar ledger`: the books."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from marketplace.billing.processing import adopt_since
from marketplace.cli.context import load_services
from marketplace.cli.output import FOUND_WRONG, give, say
from marketplace.db import snapshot, transaction
from marketplace.documents.numbering import begin_series
from payments.account_statements import Party, StatementLine, stream_statement
from payments.balances import AccountBalance, list_totals, stream_balances
from payments.ledger_export import export_journal
from payments.money import format_minor
from payments.verification import verify_ledger


class Day(click.DateTime):
    """A day as 2026-03-31; help and errors name it by its form."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002  # click's signature
        """Return how the day is typed."""
        return "YYYY-MM-DD"


DAY = Day(formats=["%Y-%m-%d"])
ONE_DAY = timedelta(days=1)
PROCESSES_MOST = 8
"""More gain little: the roots are digested by one."""


def default_processes() -> int:
    """Return how many processors this process may use (a container's share, not all of the host's), at most eight."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return min(PROCESSES_MOST, processors)


@click.group()
def group() -> None:
    """Check and read the ledger.

    Amounts are in the currency's unit, debit positive: what we hold for others stands with a minus. Days are UTC days.
    """


@group.command()
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=default_processes,
    show_default="one a processor, at most 8",
    help="How many read the entries.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(processes: int, as_json: bool) -> None:
    """Print accounts, totals and the explained share; exit 1 unless 100.00 % is explained."""
    services = load_services()
    with snapshot(services.sessions) as session:
        report = verify_ledger(session, processes=processes)
    give(report.as_plain(), as_json=as_json, lines=report.lines())
    if not report.is_sound:
        raise SystemExit(FOUND_WRONG)


@group.command()
@click.argument("account", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def balance(account: str | None, as_json: bool) -> None:
    r"""Print what stands on every kind of account, or on ACCOUNT, or on all below one that ends in a colon.

    \b
    athar ledger balance
    athar ledger balance liab:held:BOOKING
    athar ledger balance suspense:
    """
    _show_balances(account, None, as_json=as_json)


@group.command("at")
@click.argument("day", type=DAY)
@click.argument("account", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def at_day(day: datetime, account: str | None, as_json: bool) -> None:
    """Print the balances as they stood at the end of DAY (2026-03-31), of every kind of account or of ACCOUNT."""
    _show_balances(account, day.replace(tzinfo=UTC) + ONE_DAY, as_json=as_json)


@group.command()
@click.argument("party", type=click.Choice([each.value for each in Party]))
@click.argument("ref")
@click.option("--since", type=DAY, help="First day.")
@click.option("--until", type=DAY, help="Last day.")
def statement(party: str, ref: str, since: datetime | None, until: datetime | None) -> None:
    """Print what moved for PARTY (a booking, a payee or a payer) REF, and the balance after each line.

    The balance is what is held (booking), what is in the payee's account, or what the payer paid and did not get back.
    REF is the number that the pages of the site show for them.
    """
    services = load_services()
    first, end = _span(since, until)
    with snapshot(services.sessions) as session:
        has_lines = False
        for line in stream_statement(session, party=Party(party), ref=ref, since=first, until=end):
            say(_statement_text(line))
            has_lines = True
    if not has_lines:
        say(f"Nothing moved for {party} {ref}. Is this its number, and did it happen in these days?")


@group.command()
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "jsonl"]),
    default="csv",
    show_default=True,
    help="How the rows are written.",
)
@click.option("--since", type=DAY, help="First day.")
@click.option("--until", type=DAY, help="Last day.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else to the screen."
)
def export(kind: str, since: datetime | None, until: datetime | None, out: Path | None) -> None:
    """Write the journal, one row a leg, for spreadsheets (csv, guarded against formulas) or programs (jsonl)."""
    services = load_services()
    first, end = _span(since, until)
    with snapshot(services.sessions) as session:
        if out is None:
            export_journal(session, sys.stdout, as_csv=kind == "csv", since=first, until=end)
            return
        with out.open("w", encoding="utf-8", newline="") as target:
            count = export_journal(session, target, as_csv=kind == "csv", since=first, until=end)
    say(f"{count} rows written to {out}.")


@group.command()
@click.argument("since", type=DAY)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def adopt(since: datetime, as_json: bool) -> None:
    """After a restore: take up what the provider did SINCE that day and this database has forgotten. Sends nothing.

    Documents are numbered in a series of their own from then on, so that no number of one that was forgotten is given again.

    Run it before any worker or web process starts; exit 1 when an effect fits no decision (its booking is then frozen).
    """
    services = load_services()
    with transaction(services.sessions) as session:
        series = begin_series(session, now=services.clock())
    report = adopt_since(services, since.replace(tzinfo=UTC))
    lines = [
        f"documents go on in the series {', '.join(series)}",
        f"{report.known} known, {len(report.adopted)} taken up, {len(report.unclear)} unclear",
        *report.unclear,
    ]
    value = {
        "known": report.known,
        "adopted": list(report.adopted),
        "unclear": list(report.unclear),
        "series": list(series),
    }
    give(value, as_json=as_json, lines=lines)
    if report.unclear:
        raise SystemExit(FOUND_WRONG)


def _show_balances(account: str | None, until: datetime | None, *, as_json: bool) -> None:
    services = load_services()
    with snapshot(services.sessions) as session:
        if account is None:
            rows = [
                AccountBalance(each.group, each.currency, each.amount_minor)
                for each in list_totals(session, until=until)
            ]
        elif as_json:
            rows = list(stream_balances(session, below=account, until=until))
        else:
            has_rows = False
            for each in stream_balances(session, below=account, until=until):
                say(_balance_text(each))
                has_rows = True
            if not has_rows:
                say(_nothing_stands(account))
            return
    value = {
        "until": until.isoformat() if until is not None else None,
        "balances": [
            {"account": each.account, "currency": each.currency, "amount_minor": each.amount_minor}
            for each in rows
        ],
    }
    lines = [_balance_text(each) for each in rows] or [_nothing_stands(account)]
    give(value, as_json=as_json, lines=lines)


def _nothing_stands(account: str | None) -> str:
    """Say that an account, or all below one that ends in a colon, is empty."""
    if account is None:
        return "Nothing stands on any account."
    return f"Nothing stands on {account}" + (" or below it." if account.endswith(":") else ".")


def _span(since: datetime | None, until: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Return the first moment and the moment after the last day."""
    first = since.replace(tzinfo=UTC) if since is not None else None
    return first, until.replace(tzinfo=UTC) + ONE_DAY if until is not None else None


def _balance_text(balance: AccountBalance) -> str:
    return f"{format_minor(balance.amount_minor, balance.currency):>18} {balance.currency}  {balance.account}"


def _statement_text(line: StatementLine) -> str:
    moment = f"{line.at:%Y-%m-%d %H:%M:%S}" if line.at is not None else " " * 19
    amount = format_minor(line.amount_minor, line.currency) if line.kind != "opening" else ""
    about = " ".join(filter(None, (line.booking_ref, line.part_ref)))
    after = format_minor(line.balance_minor, line.currency)
    return f"{moment}  {line.kind:<24} {amount:>14}  {after:>14} {line.currency}  {about}".rstrip()
