"""The receipt of a match as a sheet of paper: what was asked for, points against the mean of the pool, signs, versions."""

from marketplace.documents.sheets import Block, Fact, Row, Sheet
from marketplace.matches.models import MatchRun
from marketplace.matches.receipt_signs import shown_signs
from marketplace.matches.sentences import receipt_filters, receipt_parts
from marketplace.matches.told_reasons import told_reasons
from marketplace.web.formats import datetime_text, number, signed_number
from marketplace.web.language import current_language
from marketplace.web.language import gettext as _
from matching.receipts import Receipt


def sheet_of_match(receipt: Receipt, *, run: MatchRun, brief: str, influencer: str) -> Sheet:
    """Return the paper of one place in the language in force."""
    reasons = told_reasons(receipt)
    passed = [str(row["label"]) for row in receipt_filters(receipt) if row["is_passed"]]
    return Sheet(
        language=current_language(),
        title=_("Receipt of the match"),
        number=_("place %(rank)s of %(pool)s", rank=number(receipt.rank), pool=number(run.pool_size)),
        facts=[
            Fact(_("Brief"), brief),
            Fact(_("Ranked at"), datetime_text(receipt.computed_at)),
            Fact(_("Conditions met"), _(", ").join(passed) or _("none asked")),
        ],
        blocks=[Block(_("Influencer"), (influencer, *reasons[:3]))],
        rows=[
            Row(_("To begin with"), number(100, 1)),
            *(_part_row(part) for part in receipt_parts(receipt, purpose=run.purpose)),
            Row(_("Score"), number(receipt.score, 1), style="total"),
        ],
        remarks=[*_signs(receipt), _("Followers decide who may be shown, never the order.")],
        foot=[
            _("Formula %(formula)s, run %(run)s", formula=receipt.formula_version, run=receipt.run_id),
            f"{receipt.topics_version} · {receipt.encoder} · {receipt.generation}",
        ],
    )


def _part_row(part: dict[str, object]) -> Row:
    mean = part.get("mean")
    notes = [str(part["note"] or "")]
    if isinstance(mean, int | float):
        notes.append(_("mean of everybody who passed: %(points)s", points=signed_number(mean, 1)))
    return Row(
        str(part["label"]),
        signed_number(float(str(part["points"])), 1),
        _(", ").join(note for note in notes if note),
    )


def _signs(receipt: Receipt) -> list[str]:
    signs = shown_signs(receipt)
    if not signs:
        return [_("How usual the figures are was not checked when this place was given; it counted neutral.")]
    return [f"{sign['label']}: {sign['state']}, {sign['note']}" for sign in signs]
