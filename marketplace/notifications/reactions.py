"""Outbox kinds that notifications answer."""

from marketplace.notifications.operations import hand_over, note_accepted
from marketplace.outbox.handling import Handler

REACTIONS = {"mail.deliver": Handler(outside=hand_over, inside=note_accepted)}
