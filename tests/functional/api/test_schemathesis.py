"""Every call of the document with generated input, fitting and not: no fault of ours, and nothing undocumented.

Left out is one check, that input which fits the schemas is accepted: the terms of a deal have rules that no schema
states (weights add up, dates lie ahead, amounts are payable in their currency).
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import EngineEvent, NonFatalError, ScenarioFinished

from marketplace.policies import permissions_of
from marketplace.web.access import access_of
from marketplace.web.actors import actor_of
from tests.functional.api.api_site import ApiSite
from tests.functional.api.generated_world import World

#: one worker builds what the file shares
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("generated calls")]

CONFIG = {
    "seed": 20261123,
    "generation": {"max-examples": 2},
    "phases": {"stateful": {"enabled": False}},
    "checks": {"positive_data_acceptance": {"enabled": False}, "ignored_auth": {"enabled": False}},
}


@pytest.fixture(scope="module")
def keys(full_site: ApiSite, world: World) -> dict[str, str]:
    """The key for each call: that of the first person whose role allows it."""
    chosen = {}
    programs = {kind: full_site.program(user) for kind, user in world.people.items()}
    with full_site.rows() as session:
        allowed = {kind: permissions_of(actor_of(session, user)) for kind, user in world.people.items()}
    for name, view in full_site.app.view_functions.items():
        access = access_of(view) if name.startswith("api_") else None
        if access is not None:
            needed = access.permission
            kind = next(kind for kind, own in allowed.items() if needed is None or needed in own)
            chosen[name.partition(".")[2]] = programs[kind].key
    return chosen


@pytest.fixture(scope="module")
def document(full_site: ApiSite, keys: dict[str, str], world: World) -> Any:
    """The document, whose calls are sent with the right key and with ids of things that are there."""
    schema = schemathesis.openapi.from_wsgi(
        "/api/openapi.json", full_site.app, config=SchemathesisConfig.from_dict(CONFIG)
    )

    @schema.auth()
    class Keys:
        def get(self, case, _context):
            return keys[case.operation.definition.raw["operationId"]]

        def set(self, case, key, _context):
            case.headers["Authorization"] = f"Bearer {key}"

    @schema.hook
    def map_path_parameters(_context, path_parameters):
        return {name: world.ids[name] for name in path_parameters or {}}

    return schema


def told(event: EngineEvent) -> Iterator[str]:
    """What went wrong, each fault once with the call that shows it."""
    if isinstance(event, NonFatalError):
        yield str(event.info.format())
    if isinstance(event, ScenarioFinished) and event.status is not Status.SUCCESS:
        for case_id, checks in event.recorder.checks.items():
            for check in checks:
                if check.status is Status.FAILURE and check.failure_info is not None:
                    case = event.recorder.cases[case_id].value
                    failure = check.failure_info.failure
                    yield f"{event.recorder.label}: {failure.title}: {failure.message}\n{case.as_curl_command()}"


def test_calls_answer_as_documented(document: Any) -> None:
    finished, cases = 0, 0
    faults: list[str] = []
    for event in from_schema(document).execute():
        faults += told(event)
        if isinstance(event, ScenarioFinished):
            finished += 1
            cases += len(event.recorder.cases)
    print(f"{cases} calls in {finished} scenarios")
    assert not faults, "\n\n".join(dict.fromkeys(faults))
    assert finished > len(list(document.get_all_operations()))


def test_strangers_are_asked_to_sign_in(full_site: ApiSite, document: Any, world: World) -> None:
    client: FlaskClient = full_site.app.test_client()
    for found in document.get_all_operations():
        operation = found.ok()
        path = operation.path.format(**world.ids)
        answer = client.open(
            path, method=operation.method.upper(), headers={"Authorization": "Bearer nobody"}
        )
        assert answer.status_code == 401, path
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
