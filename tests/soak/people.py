"""People of a soak: each thread lives through deals over the API, and asks again whatever was not answered."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests

from tests.faults.shared_clock import SharedClock

PATIENCE_SECONDS = 10
PAUSE_SECONDS = 0.2
OVER = {"completed", "declined", "cancelled", "expired", "closed_by_chargeback"}
#: of the dice of a deal: from where its post is reported as gone, and up to where it is found again
MISSED_FROM, FOUND_TO = 0.5, 0.6
NOT_NOW = {409, 422, 429, 503}


@dataclass
class Load:
    """What everybody shares: the two web processes, the clock, when to stop, and what was done so far."""

    addresses: tuple[str, ...]
    clock: SharedClock
    pay: Callable[[str], None]
    dispute: Callable[[str], None]
    #: lets a second operator approve what the first one asked for
    approve: Callable[[], None]
    stopping: threading.Event = field(default_factory=threading.Event)
    done: Counter[str] = field(default_factory=Counter)
    #: what was asked for and refused, with the code of the refusal
    refused: Counter[str] = field(default_factory=Counter)
    #: an order's key -> its number, as the person was told
    ordered: dict[str, str] = field(default_factory=dict)
    #: bookings whose acceptance was confirmed to the person
    accepted: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class Caller:
    """A program with a key; whatever is not answered is sent again under the same Idempotency-Key."""

    load: Load
    key: str
    dice: random.Random
    session: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, body: Any = None, *, idempotency: str = "") -> Any:
        """Return the JSON answer, None when it was refused for now; asks until somebody answers."""
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": idempotency}
        while True:
            address = self.dice.choice(self.load.addresses)
            try:
                answer = self.session.request(
                    method,
                    f"{address}/api/v1{path}",
                    json=body,
                    headers=headers if method != "GET" else {"Authorization": headers["Authorization"]},
                    timeout=PATIENCE_SECONDS,
                )
            except requests.RequestException:
                self.load.done["not answered"] += 1
                time.sleep(PAUSE_SECONDS)
                continue
            self.load.done["answers"] += 1
            if answer.ok:
                return answer.json() if answer.content else {}
            if answer.status_code not in NOT_NOW:
                self.load.problems.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
            why = answer.json().get("code", "") if "json" in answer.headers.get("Content-Type", "") else ""
            self.load.refused[f"{path.rsplit('/', 1)[-1]} {answer.status_code} {why}"] += 1
            return None


@dataclass
class Pair:
    """A brand and an influencer who make one deal after the other."""

    load: Load
    brand: Caller
    influencer: Caller
    operator: Caller
    listing_version_id: str
    dice: random.Random
    name: str
    numbers: Any = field(default_factory=count)

    def live(self) -> None:
        """Make deals until the soak stops; the last one is left where it is."""
        try:
            while not self.load.stopping.is_set():
                self.deal(f"{self.name}-{next(self.numbers)}")
        except Exception as error:  # a person who falls over is a finding
            self.load.problems.append(f"{self.name}: {type(error).__name__}: {error}")
            raise

    def deal(self, key: str) -> None:
        booking_id = self.order(key)
        plan = self.dice.random()
        step = count()
        while booking_id and not self.load.stopping.is_set():
            room = self.brand.call("GET", f"/bookings/{booking_id}")
            if room is None:
                continue
            if room["status"] in OVER:
                self.load.done[room["status"]] += 1
                if room["status"] == "completed" and plan > MISSED_FROM:
                    self.miss_the_post(room, key, plan)
                return
            self.go_on(room, f"{key}-{next(step)}", plan)
            time.sleep(PAUSE_SECONDS)

    def order(self, key: str) -> str | None:
        """Order, accept the quote, and return the booking; both calls carry one key however often they are sent."""
        body = {"listing_version_id": self.listing_version_id}
        order = self.brand.call("POST", "/orders", body, idempotency=f"{key}-order")
        if order is None:
            return None
        self.load.ordered[key] = order["id"]
        path = f"/quotes/{order['quote']['id']}"
        seen = {"seen_hash": self.brand.call("GET", path)["hash"]}
        room = self.brand.call("POST", f"{path}/accept", seen, idempotency=f"{key}-accept")
        if room is None:
            return None
        self.load.accepted.append(room["id"])
        return str(room["id"])

    def go_on(self, room: dict[str, Any], key: str, plan: float) -> None:
        """Do the next thing that either side would do."""
        path = f"/bookings/{room['id']}"
        if room["status"] == "awaiting_payment":
            self.brand.call("POST", f"{path}/payment", idempotency=f"{key}-pay")
            page = self.brand.call("GET", f"{path}/payment")
            if page and page["status"] == "open":
                self.load.pay(room["id"])
        elif room["status"] == "funded":
            act = "decline-order" if plan < 0.1 else "accept-order"
            self.influencer.call(
                "POST", f"{path}/{act}", {"code": "no_time"} if plan < 0.1 else None, idempotency=key
            )
        elif plan < 0.2 and any(each["status"] == "submitted" for each in room["deliverables"]):
            self.brand.call("POST", f"{path}/cancel", {"reason": "Plans changed."}, idempotency=key)
        else:
            if plan > 0.93 and self.dice.random() < 0.1:
                self.load.dispute(room["id"])
            for work in room["deliverables"]:
                self.work(work, f"{key}-{work['id']}")

    def miss_the_post(self, room: dict[str, Any], key: str, plan: float) -> None:
        """Report the post of a finished deal: it is found again, or an operator rules about it and both sides accept."""
        work = next((each for each in room["deliverables"] if each["publications"]), None)
        if work is None:
            return
        path, gone = f"/deliverables/{work['id']}", {"statement": "It is gone."}
        reported = self.brand.call("POST", f"{path}/report-taken-down", gone, idempotency=f"{key}-report")
        if reported is None:
            return
        found = next(each for each in reported["deliverables"] if each["id"] == work["id"])["contest"]
        contest = f"/contests/{found['id']}"
        self.influencer.call("POST", f"{contest}/show-post", {"text": "Up."}, idempotency=f"{key}-show")
        if plan < FOUND_TO:
            self.brand.call("POST", f"{contest}/find-post-live", idempotency=f"{key}-found")
            self.load.done["post found"] += 1
            return
        self.brand.call("POST", f"{contest}/deny-post", {"text": "No."}, idempotency=f"{key}-deny")
        for side, who in (("brand", self.brand), ("influencer", self.influencer)):  # who has the last word
            who.call("POST", f"{contest}/evidence", {"text": "See."}, idempotency=f"{key}-evidence-{side}")
        self.rule(contest, key)

    def rule(self, contest: str, key: str) -> None:
        """Let one operator rule, another approve what takes something away, and both sides accept."""
        is_met = self.dice.random() < 0.3
        ruling = {
            "verdicts": [{"criterion": "kept_live", "verdict": "met" if is_met else "not_met"}],
            "reason_en": "We looked.",
            "reason_ar": "اطّلعنا.",
        }
        if self.operator.call("POST", f"{contest}/ruling", ruling, idempotency=f"{key}-rule") is None:
            return
        self.load.approve()
        for side, who in (("brand", self.brand), ("influencer", self.influencer)):
            who.call("POST", f"{contest}/accept", idempotency=f"{key}-agree-{side}")
        self.load.done["post ruled about"] += 1

    def work(self, work: dict[str, Any], key: str) -> None:
        path = f"/deliverables/{work['id']}"
        status = work["status"]
        if status == "in_progress":
            body = {"text": "The cut", "links": ["https://video.example.test/1"]}
            self.influencer.call("POST", f"{path}/submissions", body, idempotency=key)
        elif status == "submitted":
            number = len(work["submissions"])
            self.brand.call("POST", f"{path}/approve", {"submission_number": number}, idempotency=key)
        elif status == "awaiting_publication":
            post = {
                "url": f"https://www.instagram.com/reel/{work['id']}/",
                "disclosure": "إعلان",
                "posted_at": self.load.clock().isoformat(),
            }
            self.influencer.call("POST", f"{path}/publications", post, idempotency=key)
        elif status == "published":
            self.brand.call("POST", f"{path}/confirm-publication", idempotency=key)
