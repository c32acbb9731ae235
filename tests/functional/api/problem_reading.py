"""What a refusal says, as a program reads it."""

from typing import Any

from werkzeug.test import TestResponse

PROBLEM = "application/problem+json"


def code_of(answer: TestResponse) -> str:
    """The stable code of a refusal."""
    assert answer.mimetype == PROBLEM, answer.text
    return str(answer.get_json()["code"])


def wrong_fields(problem: Any) -> dict[str, str]:
    """Where a refusal found fault -> what it says of it. Pointers stand with dots, parameters and headers as they are."""
    found = {}
    for error in problem["errors"]:
        (place,) = set(error) - {"detail"}
        name = error[place]
        found[name.removeprefix("#/").replace("/", ".") if place == "pointer" else name] = error["detail"]
    return found
