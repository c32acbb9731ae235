"""The hosted pages: pay a checkout session with a play card, hand in what a connected account owes."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from payments.sandbox.accounts import find_account
from payments.sandbox.cards import CARDS, Card
from payments.sandbox.checkout import pay_session
from payments.sandbox.database import Database
from payments.sandbox.errors import ApiError
from payments.sandbox.hosted import Page, form_token, has_form_token, show, show_notice
from payments.sandbox.onboarding import Bank, complete_onboarding, start_visit
from payments.sandbox.settings import SandboxSettings
from payments.sandbox.store import Body
from payments.sandbox.timers import catch_up
from payments.sandbox.unit import UnitOfWork, open_unit
from payments.sandbox.webhooks import WebhookSender

NAME_LENGTH_MAX = 200


class HostedPages:
    """The pages of one sandbox."""

    def __init__(self, settings: SandboxSettings, database: Database, sender: WebhookSender) -> None:
        self._settings = settings
        self._database = database
        self._sender = sender

    def blueprint(self) -> Blueprint:
        """Return the pages as a blueprint; its addresses respect where the sandbox is mounted."""
        pages = Blueprint("pages", __name__)
        pages.add_url_rule("/", "index", self.index)
        pages.add_url_rule("/checkout/<session_id>", "checkout", self.show_checkout)
        pages.add_url_rule("/checkout/<session_id>", "pay", self.pay_checkout, methods=["POST"])
        pages.add_url_rule("/onboarding/<link_id>", "onboarding", self.open_onboarding)
        pages.add_url_rule("/onboarding/visit/<visit_id>", "visit", self.show_visit)
        pages.add_url_rule("/onboarding/visit/<visit_id>", "finish", self.finish_visit, methods=["POST"])
        return pages

    def index(self) -> Response:
        """Say what this place is."""
        return show(Page("notice.html", {"notice": "index", "forward_url": None, "is_good": True}))

    def show_checkout(self, session_id: str) -> Response:
        """Show a session: to be paid, paid, or expired."""
        catch_up(self._database, self._settings)
        with open_unit(self._database, self._settings, is_read_only=True) as unit:
            session = _find(unit, "checkout.session", session_id)
            return show_notice("missing", status=404) if session is None else _checkout_page(unit, session)

    def pay_checkout(self, session_id: str) -> BaseResponse:
        """Pay with the chosen card and lead back to the marketplace, or say why not."""
        catch_up(self._database, self._settings)
        with open_unit(self._database, self._settings) as unit:
            session = _find(unit, "checkout.session", session_id)
            if session is None:
                return show_notice("missing", status=404)
            if not has_form_token(unit, session_id):
                return _checkout_page(unit, session, problem="form_too_old", status=400)
            card = request.form.get("card", "")
            if card not in set(Card):
                return _checkout_page(unit, session, problem="card_missing", status=422)
            if session["status"] != "open":
                return _checkout_page(unit, session, status=409)
            is_paid = pay_session(unit, session, Card(card))
            answer = self._after_payment(unit, session, Card(card), is_paid=is_paid)
        self._deliver()
        return answer

    def _after_payment(self, unit: UnitOfWork, session: Body, card: Card, *, is_paid: bool) -> BaseResponse:
        if is_paid:
            return redirect(_success_url(session), code=303)
        is_short = card is Card.INSUFFICIENT_FUNDS
        problem = "declined_insufficient_funds" if is_short else "declined"
        return _checkout_page(unit, session, problem=problem, status=402)

    def open_onboarding(self, link_id: str) -> BaseResponse:
        """Use a link up and lead to the form, or back for a new link."""
        with open_unit(self._database, self._settings) as unit:
            link = _find(unit, "account_link", link_id)
            if link is None:
                return show_notice("gone", status=404)
            visit_id = start_visit(unit, link)
        if visit_id is None:
            return redirect(link["refresh_url"], code=303)
        asked = request.args.get("lang")
        return redirect(url_for("pages.visit", visit_id=visit_id, lang=asked), code=303)

    def show_visit(self, visit_id: str) -> Response:
        """Show the form of an onboarding visit."""
        with open_unit(self._database, self._settings, is_read_only=True) as unit:
            visit = _find(unit, "onboarding_visit", visit_id)
            if visit is None or visit["expires_at"] <= unit.now:
                return show_notice("gone", status=410)
            return _onboarding_page(unit, visit)

    def finish_visit(self, visit_id: str) -> BaseResponse:
        """Hand the form in and lead back to the marketplace, or say what is missing."""
        with open_unit(self._database, self._settings) as unit:
            visit = _find(unit, "onboarding_visit", visit_id)
            if visit is None or visit["expires_at"] <= unit.now:
                return show_notice("gone", status=410)
            if not has_form_token(unit, visit_id):
                return _onboarding_page(unit, visit, problems={"form": "form_too_old"}, status=400)
            problems = _problems_of_form()
            if problems:
                return _onboarding_page(unit, visit, problems=problems, status=422)
            account = find_account(unit, visit["account"])
            legal_name = request.form["legal_name"].strip()
            complete_onboarding(unit, account, legal_name=legal_name, bank=Bank(request.form["bank"]))
            return_url = str((unit.store.find(visit["link"]) or {})["return_url"])
        self._deliver()
        return redirect(return_url, code=303)

    def _deliver(self) -> None:
        if self._settings.is_delivered_at_once:
            self._sender.deliver_due()


def _find(unit: UnitOfWork, kind: str, object_id: str) -> Body | None:
    try:
        return unit.store.get(kind, object_id, account=unit.account)
    except ApiError:
        return None


def _success_url(session: Body) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _checkout_page(
    unit: UnitOfWork, session: Body, *, problem: str | None = None, status: int = 200
) -> Response:
    values: Body = {"amount_minor": session["amount_total"], "currency": session["currency"]}
    if session["status"] != "open":
        is_paid = session["status"] == "complete"
        values |= {
            "notice": "paid" if is_paid else "expired",
            "forward_url": _success_url(session) if is_paid else session["cancel_url"],
            "forward_text": "continue" if is_paid else "back",
            "is_good": is_paid,
        }
        return show(Page("notice.html", values, wanted_language=session["locale"]), status=status)
    values |= {
        "session": session,
        "seconds_left": session["expires_at"] - unit.now,
        "items": session["_line_items"],
        "cards": [(card.value, rule.last4) for card, rule in CARDS.items()],
        "chosen": request.form.get("card", Card.OK.value),
        "problem": problem,
        "token": form_token(unit, session["id"]),
    }
    leads_to = (session["success_url"], session["cancel_url"])
    return show(Page("checkout.html", values, leads_to, session["locale"]), status=status)


def _problems_of_form() -> dict[str, str]:
    name = request.form.get("legal_name", "").strip()
    problems = {}
    if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable():
        problems["legal_name"] = "legal_name_missing"
    if request.form.get("bank") not in set(Bank):
        problems["bank"] = "bank_missing"
    return problems


def _onboarding_page(
    unit: UnitOfWork, visit: Body, *, problems: dict[str, str] | None = None, status: int = 200
) -> Response:
    account = find_account(unit, visit["account"])
    return_url = str((unit.store.find(visit["link"]) or {})["return_url"])
    values: Body = {
        "account": account,
        "banks": [bank.value for bank in Bank],
        "chosen": request.form.get("bank", Bank.ACCEPTS.value),
        "legal_name": request.form.get("legal_name", account["_legal_name"] or ""),
        "problems": problems or {},
        "return_url": return_url,
        "token": form_token(unit, visit["id"]),
        "visit_id": visit["id"],
    }
    return show(Page("onboarding.html", values, (return_url,)), status=status)
