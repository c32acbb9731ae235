"""Pages of bookings: the list, the room, messages, files. What is done in a room stands in modules of its own."""

from typing import Any

from flask import Response as FileAnswer
from flask import flash, redirect, render_template, request, url_for
from werkzeug.http import dump_options_header
from werkzeug.wrappers import Response

from marketplace.bookings import (
    event_words,
    operations,
    pages_contest,
    pages_end,
    pages_joint,
    pages_post,
    pages_work,
    queries,
    step_words,
)
from marketplace.bookings.bank_arrival import bank_state
from marketplace.bookings.forms import MessageForm
from marketplace.bookings.ledger_words import BOOKED
from marketplace.bookings.list_pages import list_values
from marketplace.bookings.money_steps import last_release, money_steps
from marketplace.bookings.next_step import StepCode
from marketplace.bookings.pages_blueprint import blueprint
from marketplace.bookings.room_marks import is_moving, room_mark
from marketplace.bookings.room_pages import criteria_words, get_room, room_url, work_title
from marketplace.bookings.rooms import BookingRoom
from marketplace.bookings.step_addresses import address_of_step
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.policies import Permission
from marketplace.quotes.card_words import agreed_rows, shown_card
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from payments.claw_backs import ClawBackView, list_claw_backs
from payments.queries import takes_payouts
from payments.statements import list_timeline

__all__ = ["blueprint", "pages_contest", "pages_end", "pages_joint", "pages_post", "pages_work"]
FILE_POLICY = "default-src 'none'; img-src 'self'; sandbox"

#: how many of the newest lines a long room shows unasked
LINES_SHOWN = 4
#: how often an open room asks for news: while money or the provider moves, and else
SECONDS_MOVING, SECONDS_RESTING = 3, 20
MARK_MAX, NO_NEWS = 80, 204


@blueprint.get("/bookings")
@requires(Permission.BOOKING_VIEW)
def own_bookings() -> str:
    """List bookings, those that wait for the reader first."""
    return render_template("bookings/own_bookings.html", **list_values())


@blueprint.get("/bookings/<booking_id>")
@requires(Permission.BOOKING_VIEW)
def booking(booking_id: str) -> str:
    return _room_page(get_room(booking_id), MessageForm(formdata=None))


@blueprint.get("/bookings/<booking_id>/changes")
@requires(Permission.BOOKING_VIEW)
def changes(booking_id: str) -> str | Response:
    """Answer what an open room asks by itself: the pieces that changed since the mark in `seen`, or nothing."""
    room = get_room(booking_id)
    bank = _bank(room)
    if address_values.text_of("seen", MARK_MAX) == room_mark(room, bank=bank):
        return Response(status=NO_NEWS)
    return render_template("bookings/changes.html", is_news=True, **_live_values(room, bank))


def _room_page(room: BookingRoom, form: MessageForm) -> str:
    return render_template(
        "bookings/booking.html",
        form=form,
        booked_words=BOOKED,
        booked=list_timeline(db.session, booking_ref=room.id),
        shown=shown_card(room.card),
        agreed=agreed_rows(room.card),
        **_live_values(room, _bank(room)),
    )


def _live_values(room: BookingRoom, bank: str) -> dict[str, Any]:
    """Return what the pieces show that are renewed while the room is open."""
    criteria, claims = criteria_words(room), _open_claims(room)
    return {
        "room": room,
        "shown_mark": room_mark(room, bank=bank),
        "seconds": SECONDS_MOVING if is_moving(room) else SECONDS_RESTING,
        "sentence": _sentence(room, is_claimed=bool(claims)),
        "button": step_words.step_button(room.step, room.side),
        "step_url": _step_url(room),
        "steps": money_steps(room, now=now(), bank=bank),
        "works": [(each, work_title(each)) for each in room.deliverables],
        "step_sentence": step_words.step_sentence,
        "parked_sentence": step_words.parked_sentence,
        "criteria": criteria,
        "lines": _lines(room),
        "lines_shown": LINES_SHOWN,
        "claims": claims,
        "takes_payouts": room.step.code is not StepCode.ANSWER_ORDER
        or takes_payouts(db.session, payee_ref=room.influencer.id),
    }


def _sentence(room: BookingRoom, *, is_claimed: bool) -> str:
    if is_claimed and room.step.code is StepCode.NOTHING:
        return str(step_words.CLAIMED)
    sentence = step_words.step_sentence(room.step, room.side, now=now())
    work = next((each for each in room.deliverables if each.id == room.step.deliverable_id), None)
    if work is None or len(room.deliverables) == 1:
        return sentence
    return f"{work.number}. {work_title(work)}: {sentence}"


def _open_claims(room: BookingRoom) -> list[ClawBackView]:
    """Return what is still to come back of a booking whose shares arrived."""
    if room.funded_at is None:
        return []
    return list_claw_backs(db.session, booking_ref=room.id, is_open=True)


def _bank(room: BookingRoom) -> str:
    """Return how far the shares are on their way to the bank, once all of them arrived."""
    at = last_release(room)
    if at is None:
        return "next"
    return bank_state(db.session, influencer_id=room.influencer.id, currency=room.currency, released_at=at)


def _step_url(room: BookingRoom) -> str | None:
    """Return where the one button leads."""
    step = room.step
    if address := address_of_step(step, booking_id=room.id):
        return address
    found = next((each for each in room.deliverables if each.id == step.deliverable_id), None)
    return room_url(room.id, f"work-{found.number}") if found is not None else None


def _lines(room: BookingRoom) -> list[dict[str, Any]]:
    """Return events and messages as the template shows them, newest last."""
    criteria = criteria_words(room)
    numbers = {each.id: each.number for each in room.deliverables}
    lines = []
    for line in room.lines:
        look = event_words.event_look(line.kind)
        lines.append(
            {
                "at": line.at,
                "side": line.side,
                "author": step_words.side_label(line.side),
                "is_message": line.kind == "message",
                "is_mine": line.side == room.side,
                "title": look.title,
                "icon": look.icon,
                "tone": look.tone,
                "number": numbers.get(line.deliverable_id or "") if len(numbers) > 1 else None,
                "text": line.text
                or event_words.event_note(line.kind, line.params, currency=room.currency, criteria=criteria),
            }
        )
    return lines


@blueprint.get("/quotes/<quote_id>/booking")
@requires(Permission.BOOKING_VIEW)
def of_quote(quote_id: str) -> Response:
    """Lead from a quote to the booking it became."""
    booking_id = queries.find_booking_of_quote(db.session, actor=current_actor(), quote_id=quote_id)
    if booking_id is None:
        raise NotFound(_("There is no booking of this quote yet."))
    return redirect(room_url(booking_id), 303)


@blueprint.post("/quotes/<quote_id>/accept")
@requires(Permission.QUOTE_ACCEPT)
def accept_quote(quote_id: str) -> Response:
    """Accept the price that was read; the next page pays."""
    found = operations.accept_quote(
        db.session,
        actor=current_actor(),
        quote_id=quote_id,
        seen_hash=request.form.get("seen_hash", ""),
        now=now(),
    )
    flash(_("Accepted. The booking begins when the payment is held."), "success")
    return redirect(url_for("billing.pay", booking_id=found.id), 303)


@blueprint.post("/bookings/<booking_id>/messages")
@requires(Permission.BOOKING_MESSAGE)
def send_message(booking_id: str) -> Response | tuple[str, int]:
    form = MessageForm()
    if form.validate():
        with form.refusals():
            operations.send_message(
                db.session,
                actor=current_actor(),
                booking_id=booking_id,
                text=form.text.data or "",
                now=now(),
            )
            return redirect(room_url(booking_id, "write"), 303)
    return _room_page(get_room(booking_id), form), UNPROCESSABLE


@blueprint.get("/bookings/files/<file_id>")
@requires(Permission.BOOKING_VIEW)
def file(file_id: str) -> FileAnswer:
    """Hand a file out to one of its booking's sides, as a download that can run nothing."""
    found = queries.get_file(db.session, actor=current_actor(), file_id=file_id)
    try:
        content = services().files.get(found.storage_key)
    except FileNotFoundError as error:
        raise NotFound(_("This file is no longer kept.")) from error
    answer = FileAnswer(content, mimetype=found.media_type)
    name = _download_name(found.name, found.media_type)
    answer.headers["Content-Disposition"] = dump_options_header("attachment", {"filename": name})
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    return answer


def _download_name(name: str, media_type: str) -> str:
    """Return the name with the ending of what is kept: pictures are kept as WebP."""
    ending = ".pdf" if media_type == "application/pdf" else ".webp"
    stem = name.rsplit(".", 1)[0] if "." in name else name
    return (stem or "file") + ending
