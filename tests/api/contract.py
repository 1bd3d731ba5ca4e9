"""What the API's own document says, to hold answers against."""

import re
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

from mentorbook.api.app import create_api

DOCUMENT: dict[str, Any] = create_api().openapi()
ROUTES = [(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item]
# Literal parts first: `/logins` is not a booking.
_PATTERNS = sorted(
    ((re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path) for path in DOCUMENT["paths"]),
    key=lambda pair: pair[1].count("{"),
)


def operation_of(method: str, path: str) -> tuple[str, str] | None:
    """Method and path template of an address, or nothing when the document has none for it."""
    for pattern, template in _PATTERNS:
        if pattern.fullmatch(path) and method.lower() in DOCUMENT["paths"][template]:
            return method.upper(), template
    return None


def documented_codes(method: str, path: str) -> set[tuple[int, str]]:
    """Every refusal of an operation: status and code."""
    found = set()
    for status, response in DOCUMENT["paths"][path][method.lower()]["responses"].items():
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        found |= {(int(status), code) for code in schema.get("discriminator", {}).get("mapping", ())}
    return found


def parameters_of(method: str, path: str) -> list[dict[str, Any]]:
    """Every parameter of an operation, in the path, the query or a header."""
    return list(DOCUMENT["paths"][path][method.lower()].get("parameters", ()))


# Headers that tell a program something; what else is in an answer is there for browsers and transport.
_TELLING = re.compile(
    r"location|set-cookie|content-disposition|etag|retry-after|x-mentorbook-.*|x-request-id"
)


def documented_headers(method: str, path: str, status: int) -> set[str]:
    """Every header of an operation's answer of one status, in small letters."""
    response = DOCUMENT["paths"][path][method.lower()]["responses"][str(status)]
    return {name.lower() for name in response.get("headers", ())}


# Only there when there is something to say.
_SOMETIMES = {"x-mentorbook-truncated"}


def check_answer(answer: httpx.Response) -> None:
    """The answer is one that the document promises: its status, headers, refusal's code and shape."""
    request = answer.request
    operation = operation_of(request.method, request.url.path)
    if operation is None or answer.status_code == 500:
        return
    method, path = operation
    responses = DOCUMENT["paths"][path][method.lower()]["responses"]
    assert str(answer.status_code) in responses, f"{method} {path} does not say {answer.status_code}"
    told = {name for name in answer.headers if _TELLING.fullmatch(name)}
    promised = documented_headers(method, path, answer.status_code)
    assert promised - _SOMETIMES <= told <= promised, (method, path, answer.status_code, told ^ promised)
    if answer.headers.get("content-type") != "application/json" or not answer.content:
        return
    said = answer.json()
    if answer.status_code >= 400 and "error" in said:
        assert (answer.status_code, said["error"]) in documented_codes(method, path), (method, path, said)
    problems = [each.message for each in _validator(method, path, answer.status_code).iter_errors(said)]
    assert problems == [], (method, path, answer.status_code, problems)


@cache
def _validator(method: str, path: str, status: int) -> Any:
    response = DOCUMENT["paths"][path][method.lower()]["responses"][str(status)]
    schema = response["content"]["application/json"]["schema"]
    return jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})
