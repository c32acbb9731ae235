"""`athar user`: operators and accounts."""

import click
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from marketplace.accounts.domain import OperatorRole, UserKind
from marketplace.accounts.models import User
from marketplace.accounts.operations import add_user, check_password, find_user, restore_user, suspend_user
from marketplace.accounts.sessions import revoke_sessions
from marketplace.cli.context import load_services
from marketplace.cli.output import give, refusals, say
from marketplace.db import transaction
from marketplace.errors import Conflict, NotFound
from marketplace.policies import SYSTEM


@click.group()
def group() -> None:
    """Look after accounts."""


@group.command()
@click.argument("email")
@click.option("--name", required=True, help="Name shown to colleagues.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in OperatorRole]),
    default="moderator",
    show_default=True,
    help="What they may do.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "ar"]),
    default="en",
    show_default=True,
    help="Of their pages and mail.",
)
@click.password_option(help="Asked for when left out.")
def create(email: str, name: str, role: str, language: str, password: str) -> None:
    """Add an operator who signs in with EMAIL (brands and influencers sign up by themselves)."""
    _check_email(email)
    services = load_services()
    with refusals(), transaction(services.sessions) as session:
        if find_user(session, email=email) is not None:
            raise Conflict(f"{email} has an account already.")
        check_password(password, own_words=[email, name])
        user = add_user(
            session,
            passwords=services.passwords,
            email=email,
            password=password,
            display_name=name,
            kind=UserKind.OPERATOR,
            language=language,
            operator_role=role,
            is_verified=True,
            now=services.clock(),
        )
        say(f"{role} {email} added ({user.id}).")


def _check_email(email: str) -> None:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from error


@group.command("list")
@click.option("--kind", type=click.Choice([kind.value for kind in UserKind]), help="Only these.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_users(kind: str | None, as_json: bool) -> None:
    """List accounts."""
    services = load_services()
    statement = select(User).order_by(User.created_at)
    if kind:
        statement = statement.where(User.kind == kind)
    with transaction(services.sessions) as session:
        rows = [
            (user.id, user.kind, user.operator_role or "", user.email) for user in session.scalars(statement)
        ]
    lines = [f"{row[0]}  {row[1]:<10} {row[2]:<10} {row[3]}" for row in rows]
    give(
        {"users": [dict(zip(("id", "kind", "role", "email"), row, strict=True)) for row in rows]},
        as_json=as_json,
        lines=lines,
    )


def _id_of(email: str) -> str:
    services = load_services()
    with transaction(services.sessions) as session:
        user = find_user(session, email=email)
        if user is None:
            raise NotFound(f"Nobody has the address {email}.")
        return user.id


@group.command("end-sessions")
@click.argument("email")
def end_sessions(email: str) -> None:
    """Sign the user with this EMAIL out everywhere."""
    services = load_services()
    with refusals():
        user_id = _id_of(email)
        with transaction(services.sessions) as session:
            say(f"{revoke_sessions(session, user_id=user_id, now=services.clock())} sessions ended.")


@group.command()
@click.argument("email")
@click.option("--reason", required=True, help="Written into the audit trail and told to the user.")
def suspend(email: str, reason: str) -> None:
    """Let the account of EMAIL start nothing new; running bookings go on."""
    services = load_services()
    with refusals():
        user_id = _id_of(email)
        with transaction(services.sessions) as session:
            suspend_user(session, actor=SYSTEM, user_id=user_id, reason=reason, now=services.clock())
        say(f"{email} is suspended.")


@group.command()
@click.argument("email")
@click.option("--reason", required=True, help="Written into the audit trail.")
def restore(email: str, reason: str) -> None:
    """Lift the suspension of EMAIL."""
    services = load_services()
    with refusals():
        user_id = _id_of(email)
        with transaction(services.sessions) as session:
            restore_user(session, actor=SYSTEM, user_id=user_id, reason=reason, now=services.clock())
        say(f"{email} is restored.")
