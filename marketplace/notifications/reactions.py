"""Outbox kinds that notifications answer."""

from marketplace.notifications.operations import hand_over, hand_over_many, note_accepted
from marketplace.outbox.handling import Handler, Together

#: a server that takes longer than 1.5 seconds for each gets the rest of a portion one by one
MAILS_AT_ONCE = 20
REACTIONS = {
    "mail.deliver": Handler(
        outside=hand_over, inside=note_accepted, together=Together(hand_over_many, MAILS_AT_ONCE)
    )
}
