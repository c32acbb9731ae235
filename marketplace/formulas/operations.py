"""New versions, their trials in shadow, and the switch; influencers are told what changed."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.formulas.domain import FormulaStatus, faults
from marketplace.formulas.models import FormulaTrial, ScoringFormula
from marketplace.formulas.queries import newest_trial
from marketplace.outbox.operations import put
from marketplace.policies import Actor, Permission, may
from marketplace.web.language import lazy_gettext as _
from matching.formulas import CURRENT, packaged_formulas
from matching.scoring import Formula

NOTE_MAX = 1_000


class TrialMissing(Conflict):
    """A version ranks in shadow before it may rank for real."""

    code = "formula_trial_missing"


def store_packaged(session: Session, *, used: str | None, now: datetime) -> list[str]:
    """Store the versions of the package that the database does not have; returns them. Repeating it changes nothing.

    In an empty table the version `used` by stored runs stays in force (None: the newest), and later ones wait in shadow.
    """
    known = set(session.scalars(select(ScoringFormula.version)))
    records = packaged_formulas()
    in_force = used if used in {record["version"] for record in records} else CURRENT
    versions = [str(record["version"]) for record in records]
    added = []
    for record in records:
        version = str(record["version"])
        if version in known:
            continue
        status = FormulaStatus.SHADOW
        if not known:
            status = _first_status(versions.index(version), versions.index(str(in_force)))
        session.add(
            ScoringFormula(
                version=version,
                record=record,
                status=status,
                note_en=str(record.get("note", "")),
                note_ar=str(record.get("note_ar", "")),
                created_at=datetime.fromisoformat(f"{record['date']}T00:00:00+00:00"),
                in_force_from=now if status == FormulaStatus.IN_FORCE else None,
                retired_at=now if status == FormulaStatus.RETIRED else None,
            )
        )
        added.append(version)
    session.flush()
    return added


def _first_status(place: int, place_in_force: int) -> FormulaStatus:
    if place == place_in_force:
        return FormulaStatus.IN_FORCE
    return FormulaStatus.RETIRED if place < place_in_force else FormulaStatus.SHADOW


def draft_formula(
    session: Session,
    *,
    actor: Actor,
    weights: Mapping[str, float],
    neutral: Mapping[str, float],
    note_en: str,
    note_ar: str,
    now: datetime,
) -> ScoringFormula:
    """Store a new version in shadow: the one in force with other weights and neutral values.

    Raises:
        Forbidden. Invalid: a number out of its range, nothing changed, or a note missing in a language.
    """
    _require(actor)
    base_row = session.scalar(select(ScoringFormula).where(ScoringFormula.status == FormulaStatus.IN_FORCE))
    if base_row is None:
        raise NotFound(_("There is no formula in force yet; the worker stores it within a minute."))
    base = Formula.from_dict(base_row.record)
    _check_draft(base, weights, neutral, notes={"note_en": note_en, "note_ar": note_ar})
    version = next_version(session)
    changed = {"version": version, "date": now.date().isoformat(), "weights": dict(weights)}
    row = ScoringFormula(
        version=version,
        record=json.loads(json.dumps(asdict(base))) | changed | {"neutral": dict(neutral)},
        status=FormulaStatus.SHADOW,
        note_en=note_en.strip(),
        note_ar=note_ar.strip(),
        created_at=now,
        created_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    _note(session, actor, "formula.drafted", version, now, after={"weights": dict(weights)})
    ask_trial(session, actor=actor, version=version, now=now)
    return row


def _check_draft(
    base: Formula, weights: Mapping[str, float], neutral: Mapping[str, float], *, notes: Mapping[str, str]
) -> None:
    """Refuse numbers out of their range, a draft that changes nothing, and a note missing in a language. Raises Invalid."""
    fields: dict[str, object] = {
        name: _("A weight lies between 0.01 and 5.")
        if kind == "weight"
        else _("A neutral value lies between 0.05 and 1.")
        for name, kind in faults(weights, neutral, base).items()
    }
    for name, note in notes.items():
        if not note.strip() or len(note) > NOTE_MAX:
            fields[name] = _("Say in both languages what changes: influencers read it.")
    if not fields and dict(weights) == base.weights and dict(neutral) == base.neutral:
        fields["weight_relevance"] = _("Nothing differs from the formula in force.")
    if fields:
        raise Invalid(_("Some fields need another look."), fields=fields)


def next_version(session: Session) -> str:
    """Return the site's own next version: s1, s2 ..., apart from those of the package (v1, v2 ...)."""
    own = [version for version in session.scalars(select(ScoringFormula.version)) if version.startswith("s")]
    numbers = [int(version[1:]) for version in own if version[1:].isdigit()]
    return f"s{max(numbers, default=0) + 1}"


def ask_trial(session: Session, *, actor: Actor, version: str, now: datetime) -> None:
    """Let the worker rank the last briefs with this version beside the one in force. Raises Forbidden, NotFound."""
    _require(actor)
    if session.get(ScoringFormula, version) is None:
        raise NotFound(_("There is no such version of the formula."))
    put(
        session,
        "formula.trial_asked",
        {"version": version},
        now=now,
        key=f"formula_trial:{version}:{now.isoformat()}",
    )


def store_trial(
    session: Session,
    *,
    version: str,
    against: str,
    summary: Mapping[str, Any],
    lines: list[dict[str, Any]],
    quality: Mapping[str, Any],
    now: datetime,
) -> FormulaTrial:
    """Keep what came of a trial."""
    trial = FormulaTrial(
        version=version,
        against=against,
        briefs=len(lines),
        summary=dict(summary),
        lines=lines,
        quality=dict(quality),
        created_at=now,
    )
    session.add(trial)
    session.flush()
    return trial


def switch_formula(session: Session, *, actor: Actor, version: str, now: datetime) -> ScoringFormula:
    """Put a version in force in place of the present one; everybody listed is told what changed.

    Raises:
        Forbidden, NotFound. Conflict: it is in force. TrialMissing: it did not rank beside the one in force.
    """
    _require(actor)
    row = session.get(ScoringFormula, version, with_for_update=True)
    if row is None:
        raise NotFound(_("There is no such version of the formula."))
    if row.status == FormulaStatus.IN_FORCE:
        raise Conflict(_("This version is in force already."))
    present = session.scalars(
        select(ScoringFormula).where(ScoringFormula.status == FormulaStatus.IN_FORCE).with_for_update()
    ).one()
    trial = newest_trial(session, version=version)
    if trial is None or trial.against != present.version:
        raise TrialMissing(
            _("Let it rank in shadow beside the formula in force first, and look at what moves.")
        )
    present.status, present.retired_at = FormulaStatus.RETIRED, now
    session.flush()
    row.status, row.in_force_from, row.retired_at = FormulaStatus.IN_FORCE, now, None
    session.flush()
    _note(session, actor, "formula.switched", version, now, after={"before": present.version})
    put(
        session,
        "formula.switched",
        {"version": version, "before": present.version},
        now=now,
        key=f"formula_switched:{version}:{now.isoformat()}",
    )
    return row


def _require(actor: Actor) -> None:
    if not may(actor, Permission.FORMULA_MANAGE):
        raise Forbidden(_("Only an administrator may change the formula."))


def _note(
    session: Session, actor: Actor, action: str, version: str, now: datetime, *, after: Mapping[str, Any]
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_type="formula",
        subject_id=version,
        after=dict(after),
        now=now,
    )
