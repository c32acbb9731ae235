"""What tells an open dispute that it is no longer as it was shown. Pure."""

import zlib

from marketplace.disputes.rooms import DisputeRoom


def room_mark(room: DisputeRoom) -> str:
    """Return a mark that is another one once the dispute is: its status, what was said, ruled or accepted, what may be done."""
    seen = (
        room.status,
        room.is_frozen,
        room.closed_how,
        room.shown_at,
        room.brand_accepted_at,
        room.influencer_accepted_at,
        len(room.evidence),
        len(room.rulings),
        room.appeal is not None,
        *sorted(room.actions),
    )
    return f"{zlib.crc32(repr(seen).encode()):x}"
