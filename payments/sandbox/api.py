"""The HTTP pipeline of every API call: key, parameters, idempotency, one transaction, Stripe's answer."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, request

from payments.sandbox import (
    accounts,
    accounts_v2,
    balances,
    charges,
    checkout,
    disputes,
    events,
    onboarding,
    payment_intents,
    payouts,
    platform,
    refunds,
    reversals,
    transfers,
)
from payments.sandbox.accounts import find_account, set_capability
from payments.sandbox.api_request import ApiRequest, Route
from payments.sandbox.database import Database
from payments.sandbox.errors import ApiError, KeyInvalid, ParameterInvalid, ServerFailed
from payments.sandbox.fault_gate import faults_of
from payments.sandbox.faults import Fault, FaultKind
from payments.sandbox.idempotency import KeysInUse, StoredAnswer, fingerprint, recall, remember
from payments.sandbox.params import Params, decode_form
from payments.sandbox.rendering import render
from payments.sandbox.settings import API_VERSION, SandboxSettings
from payments.sandbox.store import Body
from payments.sandbox.timers import catch_up
from payments.sandbox.unit import UnitOfWork, open_unit
from payments.sandbox.webhooks import WebhookSender

ROUTES: tuple[Route, ...] = (
    *accounts.ROUTES,
    *accounts_v2.ROUTES,
    *balances.ROUTES,
    *charges.ROUTES,
    *checkout.ROUTES,
    *disputes.ROUTES,
    *events.ROUTES,
    *onboarding.ROUTES,
    *payment_intents.ROUTES,
    *payouts.ROUTES,
    *platform.ROUTES,
    *refunds.ROUTES,
    *reversals.ROUTES,
    *transfers.ROUTES,
)


@dataclass(frozen=True, slots=True)
class _Call:
    """One API call before it runs."""

    route: Route
    path: dict[str, str]
    url_path: str
    values: Body
    account: str
    key: str | None
    request_id: str
    faults: tuple[Fault, ...]

    def has_fault(self, kind: FaultKind) -> bool:
        return any(fault.kind is kind for fault in self.faults)


class Api:
    """Answers API calls of one sandbox."""

    def __init__(self, settings: SandboxSettings, database: Database, sender: WebhookSender) -> None:
        self._settings = settings
        self._database = database
        self._sender = sender
        self._keys = KeysInUse()

    def register(self, app: Flask, routes: tuple[Route, ...] = ROUTES) -> None:
        """Add every endpoint to the application."""
        for route in routes:
            app.add_url_rule(route.path, route.name, self._view(route), methods=[route.method])

    def _view(self, route: Route) -> Callable[..., Response]:
        def view(**path: str) -> Response:
            return self._answer(route, path)

        return view

    def _answer(self, route: Route, path: dict[str, str]) -> Response:
        request_id = f"req_{self._settings.new_token(8)}"
        try:
            call = self._read_call(route, path, request_id)
            with self._keys.hold(call.account, call.key):
                self._wait(call)
                has_caught_up = catch_up(self._database, self._settings) > 0
                answer, is_replayed = self._run(call)
        except ApiError as error:
            return self._at(
                _response(StoredAnswer(error.status, _dump(error.body()), request_id), request_id)
            )
        if self._settings.is_delivered_at_once and (has_caught_up or route.method != "GET"):
            self._sender.deliver_due()
        return self._at(_response(answer, request_id, key=call.key, is_replayed=is_replayed))

    def _at(self, response: Response) -> Response:
        """Say what time it is here, as every server does."""
        response.date = self._settings.clock()
        return response

    def _read_call(self, route: Route, path: dict[str, str], request_id: str) -> _Call:
        self._check_key()
        is_get = route.method == "GET"
        text = request.query_string.decode() if is_get else request.get_data(as_text=True)
        return _Call(
            route=route,
            path=path,
            url_path=request.path,
            values=_read_json(text) if request.is_json and not is_get else decode_form(text),
            account=request.headers.get("Stripe-Account") or self._settings.platform_account_id,
            key=None if is_get else request.headers.get("Idempotency-Key"),
            request_id=request_id,
            faults=faults_of(request.environ),
        )

    def _check_key(self) -> None:
        sent = request.headers.get("Authorization", "")
        scheme, _, key = sent.partition(" ")
        if scheme.lower() == "basic":
            try:
                key = base64.b64decode(key).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                key = ""
        if key.strip() not in self._settings.api_keys:
            raise KeyInvalid("Invalid API Key provided. Use the sandbox's own key.")

    def _wait(self, call: _Call) -> None:
        for fault in call.faults:
            if fault.kind is FaultKind.DELAY:
                self._settings.sleep(fault.seconds)

    def _run(self, call: _Call) -> tuple[StoredAnswer, bool]:
        is_get = call.route.method == "GET"
        with open_unit(self._database, self._settings, is_read_only=is_get) as unit:
            if call.account != unit.settings.platform_account_id:
                find_account(unit, call.account)
            acting = UnitOfWork(
                unit.settings,
                unit.store,
                unit.now,
                call.account,
                request_id=call.request_id,
                idempotency_key=call.key,
            )
            if call.key is None:
                return self._execute(acting, call), False
            digest = fingerprint(call.route.method, call.url_path, call.values)
            known = recall(acting.store, account=call.account, key=call.key, digest=digest, now=acting.now)
            if known is not None:
                return known, True
            answer, is_stored = self._attempt(acting, call)
            if is_stored:
                remember(
                    acting.store, answer, account=call.account, key=call.key, digest=digest, now=acting.now
                )
            return answer, False

    def _attempt(self, unit: UnitOfWork, call: _Call) -> tuple[StoredAnswer, bool]:
        """Execute with a way back, so that a refusal can be stored without what it had begun."""
        connection = unit.store.connection
        connection.execute("SAVEPOINT attempt")
        try:
            answer = self._execute(unit, call)
        except ApiError as error:
            connection.execute("ROLLBACK TO attempt")
            connection.execute("RELEASE attempt")
            return StoredAnswer(error.status, _dump(error.body()), call.request_id), error.is_stored
        connection.execute("RELEASE attempt")
        if call.has_fault(FaultKind.ERROR_STORED_AFTER_EFFECT):
            return StoredAnswer(500, _dump(_SERVER_ERROR.body()), call.request_id), True
        return answer, True

    def _execute(self, unit: UnitOfWork, call: _Call) -> StoredAnswer:
        if call.has_fault(FaultKind.ERROR_STORED):
            raise _SERVER_ERROR
        self._flip(unit, call)
        api_request = ApiRequest(Params(call.values), call.path, call.url_path)
        body = call.route.handler(unit, api_request)
        status = int(body.pop("_status", 200))
        return StoredAnswer(status, _dump(render(unit, body, api_request.expand)), call.request_id)

    def _flip(self, unit: UnitOfWork, call: _Call) -> None:
        for fault in call.faults:
            if fault.kind is FaultKind.DEACTIVATE_TRANSFERS and fault.account_id is not None:
                set_capability(
                    unit, find_account(unit, fault.account_id), "inactive", reason="platform_paused"
                )


_SERVER_ERROR = ServerFailed("An error occurred internally. (Scripted by the sandbox.)")


def _read_json(text: str) -> Body:
    try:
        values = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        raise ParameterInvalid(f"Invalid JSON: {error}") from None
    if not isinstance(values, dict):
        raise ParameterInvalid("The body must be a JSON object.")
    return values


def _dump(body: Body) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _response(
    answer: StoredAnswer, request_id: str, *, key: str | None = None, is_replayed: bool = False
) -> Response:
    response = Response(answer.body, status=answer.status, mimetype="application/json")
    response.headers["Request-Id"] = request_id
    response.headers["Stripe-Version"] = API_VERSION
    if key is not None:
        response.headers["Idempotency-Key"] = key
        response.headers["Original-Request"] = answer.request_id
    if is_replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
