"""What the API promises to programs: the cookie, and every refusal with its code, from the error classes."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from mentorbook.api.caller import admin, member, mentor
from mentorbook.domain.errors import (
    ChangedMeanwhile,
    DatabaseBusy,
    DomainError,
    NotAuthenticated,
    NotPermitted,
    TryLater,
    ValidationFailed,
)
from mentorbook.domain.views import Booking, Paid
from mentorbook.settings import settings

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Errors = frozenset[type[DomainError]]

COMPONENT = "#/components/schemas/{model}"
_SAFE = {"GET", "HEAD"}
_STRAY = ("HTTPValidationError", "ValidationError")
_HEADERS: dict[str, dict[str, Any]] = {
    "Content-Disposition": {
        "description": "That it is a file to keep, and its name.",
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "The tag of what it is about; sent back as `If-Match`, a change depends on it.",
        "schema": {"type": "string"},
    },
    "Location": {"description": "Where the booking is.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "Set-Cookie": {
        "description": "The log-in and the device, or that the log-in is over; one line each.",
        "schema": {"type": "string"},
    },
    "X-MentorBook-Truncated": {
        "description": "Only there when not everything had room.",
        "schema": {"type": "string", "const": "true"},
    },
    "X-Request-ID": {
        "description": "What the log has the request under.",
        "schema": {"type": "string"},
    },
}


def raises(*errors: type[DomainError]) -> Callable[[Endpoint], Endpoint]:
    """Say which refusals an endpoint can answer with, beside those that follow from its shape."""

    def note(endpoint: Endpoint) -> Endpoint:
        endpoint.__refusals__ = frozenset(errors)  # type: ignore[attr-defined]
        return endpoint

    return note


def with_body(model: type[BaseModel], *, required: bool = True) -> dict[str, Any]:
    """Return, for a route's `openapi_extra`, the schema of the body that `json_body` reads."""
    content = {"application/json": {"schema": model.model_json_schema(by_alias=True)}}
    return {"requestBody": {"required": required, "content": content}}


def with_file(*media_types: str) -> dict[str, Any]:
    """Return, for a route's `openapi_extra`, a body that is a file of one of these types."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": True, "content": dict.fromkeys(media_types, schema)}}


def with_query(model: type[BaseModel]) -> dict[str, Any]:
    """Return, for a route's `openapi_extra`, the query parameters that the route reads by itself."""
    schema = model.model_json_schema(by_alias=True)
    required = schema.get("required", [])
    parameters = [
        {"name": name, "in": "query", "required": name in required, "schema": said}
        for name, said in schema["properties"].items()
    ]
    return {"parameters": parameters}


def an_answer(status: int, *headers: str) -> dict[int | str, dict[str, Any]]:
    """Return, for a route's `responses`, the headers that its answer of this status carries."""
    return {status: {"headers": {name: _HEADERS[name] for name in headers}}}


def a_file(media_type: str, *headers: str) -> dict[int | str, dict[str, Any]]:
    """Return, for a route's `responses`, a text file of this type, with further headers."""
    content = {media_type: {"schema": {"type": "string"}}}
    said = an_answer(200, "Content-Disposition", *headers)
    return {200: {"description": "The file.", "content": content, **said[200]}}


def a_calendar() -> dict[int | str, dict[str, Any]]:
    """Return, for a route's `responses`, a calendar, and that nothing of it has changed."""
    content = {"text/calendar": {"schema": {"type": "string"}}}
    return {
        200: {"description": "The calendar.", "content": content, **an_answer(200, "ETag")[200]},
        304: {"description": "It is as it was under that tag.", **an_answer(304, "ETag")[304]},
    }


def an_image(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return, for a route's `responses`, an image of this type."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": "The image.", "content": content}}


def refusals_of(route: APIRoute) -> Errors:
    """Return every refusal of a route: what its endpoint declares, and what its shape brings with it.

    A route that needs a log-in can answer `NotAuthenticated`, one for mentors or admins `NotPermitted`. An
    unsafe method can be refused to a page of a foreign origin, and a route that takes input can refuse its
    input. Every route but health can answer `DatabaseBusy`.
    """
    found = set(getattr(route.endpoint, "__refusals__", ()))
    if DatabaseBusy.status not in route.responses:
        found.add(DatabaseBusy)
    if _depends_on(route.dependant, member):
        found.add(NotAuthenticated)
    if not (route.methods or set()) & _SAFE or any(
        _depends_on(route.dependant, role) for role in (mentor, admin)
    ):
        found.add(NotPermitted)
    parameters = (route.openapi_extra or {}).keys() & {"requestBody", "parameters"}
    if parameters or _has_parameters(route.dependant):
        found.add(ValidationFailed)
    return frozenset(found)


def document(app: FastAPI, routes: Iterable[APIRoute]) -> dict[str, Any]:
    """Return the OpenAPI document of the app, made once; `routes` are those whose refusals it names."""
    if app.openapi_schema:
        return app.openapi_schema
    said = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = said.setdefault("components", {}).setdefault("schemas", {})
    for name in _STRAY:
        schemas.pop(name, None)
    said["components"]["securitySchemes"] = {
        "login": {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.cookie,
            "description": "Set by `POST /api/auth/login`; HttpOnly, SameSite=Lax.",
        }
    }
    for route in routes:
        for method in route.methods or ():
            _describe(said["paths"][route.path_format][method.lower()], route, schemas)
    app.openapi_schema = said
    return said


def _describe(operation: dict[str, Any], route: APIRoute, schemas: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    errors = refusals_of(route)
    for status in sorted({error.status for error in errors}):
        responses[str(status)] = _response([e for e in errors if e.status == status], schemas)
    if _depends_on(route.dependant, member):
        operation["security"] = [{"login": []}]
    for status, response in responses.items():
        headers = ["X-Request-ID"]
        is_a_booking = route.response_model in (Booking, Paid) and status in ("200", "201")
        if is_a_booking or status == str(ChangedMeanwhile.status):
            headers.append("ETag")
        response.setdefault("headers", {}).update({name: _HEADERS[name] for name in headers})


def _response(errors: Iterable[type[DomainError]], schemas: dict[str, Any]) -> dict[str, Any]:
    ordered = sorted(errors, key=lambda error: error.code)
    references = {error.code: COMPONENT.format(model=_component(error, schemas)) for error in ordered}
    schema: dict[str, Any] = {
        "oneOf": [{"$ref": reference} for reference in references.values()],
        "discriminator": {"propertyName": "error", "mapping": references},
    }
    response: dict[str, Any] = {
        "description": " ".join(f"`{error.code}`: {_first_sentence(error)}" for error in ordered),
        "content": {"application/json": {"schema": schema}},
    }
    if any(issubclass(error, TryLater) for error in ordered):
        response["headers"] = {"Retry-After": _HEADERS["Retry-After"]}
    return response


def _component(error: type[DomainError], schemas: dict[str, Any]) -> str:
    """Add the schema of one refusal, shared by all operations that answer with it, and return its name."""
    name = error.__name__
    if name not in schemas:
        facts = {fact: _schema(kind, schemas) for fact, kind in error.facts.items()}
        schemas[name] = {
            "type": "object",
            "description": f"{_first_sentence(error)} {error.message}",
            "required": ["error", "detail", "requestId", *sorted(error.always)],
            "properties": {
                "error": {"type": "string", "const": error.code},
                "detail": {"type": "string", "description": "A sentence for people."},
                "requestId": {"type": "string", "description": "What the log has it under."},
                **facts,
            },
        }
    return name


def _schema(kind: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    made = TypeAdapter(kind).json_schema(ref_template=COMPONENT, by_alias=True, mode="serialization")
    for name, schema in made.pop("$defs", {}).items():
        schemas.setdefault(name, schema)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        schemas.setdefault(kind.__name__, made)
        return {"$ref": COMPONENT.format(model=kind.__name__)}
    return made


def _first_sentence(error: type[DomainError]) -> str:
    text = " ".join((error.__doc__ or "").split()).removeprefix("Raised ")
    return text[:1].upper() + text[1:].partition(". ")[0].rstrip(".") + "."


def _depends_on(dependant: Dependant, wanted: Callable[..., Any]) -> bool:
    return dependant.call is wanted or any(_depends_on(each, wanted) for each in dependant.dependencies)


def _has_parameters(dependant: Dependant) -> bool:
    own = dependant.query_params or dependant.header_params
    return bool(own) or any(_has_parameters(each) for each in dependant.dependencies)
