"""What tells an open room that it is no longer as it was shown. Pure."""

import zlib

from marketplace.bookings.domain import DeliverableStatus
from marketplace.bookings.next_step import StepCode
from marketplace.bookings.rooms import BookingRoom

MOVING = {DeliverableStatus.RELEASING, DeliverableStatus.REFUNDING}


def room_mark(room: BookingRoom, *, bank: str) -> str:
    """Return a mark that is another one once something in the room is: a status, a line, the money, the next step.

    `bank` is how far the share is on its way to the bank, as `money_steps` takes it.
    """
    works = [(each.status, len(each.publications), len(each.submissions)) for each in room.deliverables]
    states = ".".join(f"{status}{posts}{versions}" for status, posts, versions in works)
    return f"{room.revision}-{len(room.lines)}-{room.step.code}-{bank}-{zlib.crc32(states.encode()):x}"


def is_moving(room: BookingRoom) -> bool:
    """Tell whether something changes within seconds without anybody here: what the provider is to confirm."""
    return room.step.code is StepCode.WAIT_FOR_PAYMENT or any(
        each.status in MOVING for each in room.deliverables
    )
