"""What was understood of a brief, as its list shows it: the chips, and the form that corrects them."""

from typing import Any

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.db import db
from marketplace.matches import queries
from marketplace.matches.correcting import corrections_of
from marketplace.matches.corrections import CorrectionItem
from marketplace.matches.criteria import read_plain
from marketplace.matches.forms import CorrectionForm
from marketplace.matches.models import MatchRun
from marketplace.matches.understood_words import chips_of, chips_of_text, in_one_line, understood_values
from marketplace.web.context import now
from marketplace.web.forms import offered
from marketplace.web.language import gettext as _
from marketplace.web.topic_names import topic_name


def shown(
    run: MatchRun, version: BriefVersion | None, *, refused: CorrectionForm | None = None
) -> dict[str, Any]:
    """Return the chips of a run and the form that corrects them, with what was typed where it was refused."""
    values = values_shown(run)
    corrections = {} if version is None else corrections_of(db.session, version)
    chips = chips_of(
        values,
        corrections,
        currency=run.criteria.get("currency") or (version.currency if version else ""),
        names=queries.names_of(db.session, values[CorrectionItem.EXCLUDED]),
    )
    if version is not None:
        chips += chips_of_text(version, values, today=now().date())
    form = refused or CorrectionForm(formdata=None)
    form.replaced_topic.choices = offered(
        [("", _("none: add it")), *((topic, topic_name(topic)) for topic in values[CorrectionItem.TOPICS])]
    )
    if refused is None:
        form.followers_min.data, form.followers_max.data = values[CorrectionItem.FOLLOWERS]
    return {
        "chips": chips,
        "in_one_line": in_one_line(chips),
        "form": form,
        "is_refused": refused is not None,
        "has_corrections": bool(corrections),
        "currency": run.criteria.get("currency"),
        "is_work_open": version is not None and version.pricing != Pricing.FIXED,
    }


def values_shown(run: MatchRun) -> dict[str, list[Any]]:
    """Return what a run searched for, item by item."""
    topics = [str(topic) for topic, _weight in run.understood.get("topics", [])]
    return understood_values(read_plain(run.criteria), topics)
