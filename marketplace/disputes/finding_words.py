"""What a machine found, as a sentence that names what it looked at."""

from collections.abc import Callable, Mapping
from typing import Any

from marketplace.disputes.findings import Finding, Found, Outcome
from marketplace.web.formats import number
from marketplace.web.language import gettext as _
from marketplace.web.language import ngettext

OUTCOME_LOOKS: Mapping[str, tuple[str, str]] = {
    Outcome.MET: ("trace", "check-circle"),
    Outcome.NOT_MET: ("rose", "x-circle"),
    Outcome.UNCLEAR: ("quiet", "question-circle"),
}


def outcome_word(outcome: str) -> str:
    """Return the outcome in a word or two."""
    return {Outcome.MET: _("Found met"), Outcome.NOT_MET: _("Found not met")}.get(
        Outcome(outcome), _("For people to judge")
    )


def finding_sentence(finding: Finding) -> str:
    """Return what was found."""
    return _SENTENCES[finding.found](finding.params)


def _counted(params: Mapping[str, Any]) -> str:
    count, limit = int(params["count"]), number(int(params["limit"]))
    counted: str = (
        ngettext(
            "The newest version has %(count)s word",
            "The newest version has %(count)s words",
            count,
            count=number(count),
        )
        if params["unit"] == "words"
        else ngettext(
            "The newest version has %(count)s character",
            "The newest version has %(count)s characters",
            count,
            count=number(count),
        )
    )
    return _("%(counted)s; the limit is %(limit)s.", counted=counted, limit=limit)


def _names(params: Mapping[str, Any]) -> str:
    return ", ".join(f"\u2066{each}\u2069" for each in params["names"])


def _days(count: int) -> str:
    return str(ngettext("%(num)d day", "%(num)d days", count))


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    Found.COUNTED: _counted,
    Found.LABEL_SEEN: lambda params: _("The words “%(word)s” stand where they should.", word=params["word"]),
    Found.LABEL_LATE: lambda params: _(
        "“%(word)s” is there, but not in the first line.", word=params["word"]
    ),
    Found.LABEL_MISSING: lambda _params: _("No words were found that call it an advertisement."),
    Found.ALL_SEEN: lambda params: _("Found: %(names)s.", names=_names(params)),
    Found.SOME_MISSING: lambda params: _("Not found: %(names)s.", names=_names(params)),
    Found.LIVED: lambda params: _(
        "The post stayed up for %(lived)s of %(days)s.",
        lived=_days(params["lived"]),
        days=_days(params["days"]),
    ),
    Found.STILL_LIVE: lambda params: _(
        "The post has been up for %(lived)s of %(days)s.",
        lived=_days(params["lived"]),
        days=_days(params["days"]),
    ),
    Found.LANGUAGE_SHARE: lambda params: _(
        "%(percent)s%% of the letters are in the language that was asked for.",
        percent=number(params["percent"]),
    ),
    Found.NOTHING_TO_LOOK_AT: lambda _params: _("Nothing was handed in that this could be tested on."),
    Found.NOT_TESTABLE: lambda _params: _("A machine cannot test this sentence."),
}
