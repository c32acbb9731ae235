"""`athar payments`: this site and its account at the payment provider."""

import click

from marketplace.billing.doctor import Diagnosis, diagnose
from marketplace.billing.doctor_words import words_of
from marketplace.cli.comparing import compare
from marketplace.cli.context import load_services
from marketplace.cli.output import FOUND_WRONG, MISSING, give
from marketplace.wiring_payments import open_inspector
from payments.examination import Finding, Level

MARKS = {Level.GOOD: "ok", Level.WARNING: "look", Level.PROBLEM: "WRONG"}


@click.group()
def group() -> None:
    """Look after this site's account at the payment provider."""


group.add_command(compare)


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(as_json: bool) -> None:
    """Compare this site with its account at the provider, and say what is missing and what to do.

    Looked at: key, mode, country, capabilities, clock, webhook endpoints with their events and secrets, countries,
    currencies, the balance beside our books. Nothing is changed. Live keys outside production and test keys inside it
    are refused before anything is asked. Exit 1 when something is wrong, 4 when the provider does not answer at all.
    """
    services = load_services()
    diagnosis = diagnose(services, open_inspector(services.settings, services.sandbox))
    give(_plain(diagnosis), as_json=as_json, lines=_lines(diagnosis))
    if not diagnosis.is_sound:
        raise SystemExit(MISSING if _is_silent(diagnosis) else FOUND_WRONG)


def _is_silent(diagnosis: Diagnosis) -> bool:
    """Tell whether nothing at all could be read."""
    read = {finding.details.get("what") for finding in diagnosis.findings if finding.code == "not_read"}
    return {"account", "balance", "endpoints"} <= read


def _plain(diagnosis: Diagnosis) -> dict[str, object]:
    return {
        "provider": diagnosis.provider,
        "mode": diagnosis.mode,
        "checked_at": diagnosis.at.isoformat(),
        "is_sound": diagnosis.is_sound,
        "findings": [_plain_finding(finding) for finding in diagnosis.findings],
    }


def _plain_finding(finding: Finding) -> dict[str, object]:
    words = words_of(finding)
    return {
        "code": finding.code,
        "level": finding.level.value,
        "text": words.text,
        "step": words.step,
        "details": dict(finding.details),
    }


def _lines(diagnosis: Diagnosis) -> list[str]:
    lines = [f"Payments through {diagnosis.provider}, {diagnosis.mode} mode."]
    for finding in diagnosis.findings:
        words = words_of(finding)
        lines.append(f"{MARKS[finding.level]:<6}{words.text}")
        if words.step:
            lines.append(f"      -> {words.step}")
    wrong, look = diagnosis.count(Level.PROBLEM), diagnosis.count(Level.WARNING)
    lines.append(f"{wrong} wrong, {look} to look at, {diagnosis.count(Level.GOOD)} good.")
    return lines
