"""`athar topics`: what briefs and posts are read into, and the topics that this site adds."""

from dataclasses import asdict
from typing import Any

import click

from marketplace.cli.context import load_services
from marketplace.cli.output import give, progress, refusals
from marketplace.db import transaction
from marketplace.errors import Invalid
from marketplace.matches.topic_numbers import count_briefs, count_specialists, newest_brief_texts
from marketplace.policies import SYSTEM
from marketplace.services import Services
from marketplace.topics import operations, queries
from marketplace.topics.domain import TopicDraft, id_of
from matching.topic_preview import TopicPreview
from matching.topics import read_topics


@click.group()
def group() -> None:
    """List topics, add and retire those of this site, and see how far their index is."""


@group.command("list")
@click.option("--added", "is_added", is_flag=True, help="Only those that this site added, retired ones too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_command(is_added: bool, as_json: bool) -> None:
    """List the topics of the index with parents, specialists and open briefs."""
    services = load_services(has_search=True)
    with transaction(services.sessions) as session:
        specialists, briefs = count_specialists(session), count_briefs(session)
        added = {view.topic.id: view for view in queries.list_added(session)}
    space = services.need_search().topics
    topics = space.topics
    if is_added:
        topics = tuple(view.topic for view in added.values())
    rows = [
        {
            **asdict(topic),
            "is_added": topic.id in added,
            "retired_at": added[topic.id].retired_at if topic.id in added else None,
            "specialists": specialists.get(topic.id, 0),
            "briefs": briefs.get(topic.id, 0),
        }
        for topic in topics
    ]
    lines = [
        f"{row['id']:<26} {row['parent'] or '-':<22} {row['specialists']:>6} {row['briefs']:>6}  {row['label_en']}"
        for row in rows
    ]
    give({"version": space.version, "topics": rows}, as_json=as_json, lines=lines)


@group.command("add")
@click.argument("label_en")
@click.argument("label_ar")
@click.option("--describe-en", "name_en", required=True, help="What posts on it talk about, in English.")
@click.option("--describe-ar", "name_ar", required=True, help="The same in Arabic.")
@click.option("--words-en", default="", help="Other words for it, with commas between them.")
@click.option("--words-ar", default="", help="The same in Arabic.")
@click.option("--parent", help="Id of a broader topic.")
@click.option(
    "--near", "is_near_wanted", is_flag=True, help="Add it although another one is nearly the same."
)
@click.option("--look", "is_look", is_flag=True, help="Only show what it would catch.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def add_command(is_near_wanted: bool, is_look: bool, as_json: bool, **words: Any) -> None:
    """Add the topic LABEL_EN, in Arabic LABEL_AR; the worker builds the index with it."""
    services, draft = load_services(has_search=True), TopicDraft(**words)
    with refusals():
        found = _preview(services, draft)
        value: dict[str, Any] = {
            "nearest": [{"topic": topic, "cosine": round(cosine, 3)} for topic, cosine in found.nearest],
            "is_nearly_same": found.is_nearly_same,
            "briefs_caught": found.briefs_caught,
            "added": None,
        }
        if not is_look:
            with transaction(services.sessions) as session:
                row = operations.add_topic(
                    session,
                    actor=SYSTEM,
                    draft=draft,
                    packaged=read_topics().topics,
                    nearest=found.nearest[0],
                    is_near_wanted=is_near_wanted,
                    now=services.clock(),
                )
                value["added"] = row.id
    lines = [f"{near['cosine']:.3f}  {near['topic']}" for near in value["nearest"]]
    lines.append(f"{found.briefs_caught} of {found.briefs_looked_at} open briefs would be read by it.")
    if value["added"]:
        lines.append(f"Added {value['added']}; the worker builds the index with it (athar topics status).")
    give(value, as_json=as_json, lines=lines)


def _preview(services: Services, draft: TopicDraft) -> TopicPreview:
    with transaction(services.sessions) as session:
        fields = operations.check_draft(session, draft, packaged=read_topics().topics)
        texts, _titles = newest_brief_texts(session)
        added = queries.added_topics(session)
    if fields:
        raise Invalid("\n".join(f"{field}: {message}" for field, message in fields.items()))
    return services.need_search().preview(draft.topic(id_of(draft.label_en)), texts, added)


@group.command("retire")
@click.argument("topic_id")
@click.option("--reason", required=True, help="Why; kept with the topic.")
def retire_command(topic_id: str, reason: str) -> None:
    """Take TOPIC_ID, which this site added, out of the next index."""
    services = load_services()
    with refusals(), transaction(services.sessions) as session:
        operations.retire_topic(session, actor=SYSTEM, topic_id=topic_id, reason=reason, now=services.clock())
    progress(f"{topic_id} is retired; the worker builds the index without it.")


@group.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status_command(as_json: bool) -> None:
    """Print which topics the index is built with, and how far the last build is."""
    services = load_services(has_search=True)
    with transaction(services.sessions) as session:
        build, change = queries.newest_build(session), queries.last_change(session)
    version = services.need_search().topics.version
    lines = [f"In use: {version}. Last change of this site: {change}."]
    if build is not None:
        lines.append(f"Last build: {build.status}, {build.done} of {build.whole} influencers.")
        lines += [build.failure_detail] if build.failure_detail else []
    value = {"version": version, "change": change, "build": None if build is None else asdict(build)}
    give(value, as_json=as_json, lines=lines)
