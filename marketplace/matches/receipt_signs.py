"""The signs of authenticity as they stood when a place was given, from its receipt."""

from marketplace.authenticity.operations import read_sign
from marketplace.authenticity.words import sign_label, sign_note, sign_state, sign_tone
from matching.receipts import Receipt


def shown_signs(receipt: Receipt) -> list[dict[str, str]]:
    """Return label, state, tone and note of every sign that was stored; empty where nothing was checked."""
    part = next((part for part in receipt.parts if part.name == "authenticity"), None)
    stored = part.evidence.get("signs") if part is not None else None
    signs = [read_sign(sign) for sign in stored] if isinstance(stored, list) else []
    return [
        {
            "label": sign_label(sign.name),
            "state": sign_state(sign.state),
            "tone": sign_tone(sign.state),
            "note": sign_note(sign),
        }
        for sign in signs
    ]
