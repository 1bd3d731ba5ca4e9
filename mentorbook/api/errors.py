"""Every refusal leaves the API in one shape: `{"error", "detail", "requestId"}` and what goes beside it."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from mentorbook.domain.errors import (
    ChangedMeanwhile,
    DomainError,
    HoursChanged,
    ProfileChanged,
    TryLater,
)
from mentorbook.presenters.refusals import refusal

log = logging.getLogger(__name__)

_BY_STATUS = {
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "Not with this method."),
}


def answer(
    request: Request,
    status: int,
    code: str,
    detail: str,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return an error answer in the one shape that all errors have."""
    body = {
        "error": code,
        "detail": detail,
        "requestId": request.scope.get("request_id", ""),
        **(extra or {}),
    }
    return JSONResponse(jsonable_encoder(body), status, dict(headers or {}))


async def refused(request: Request, error: Exception) -> JSONResponse:
    """Answer a refusal of a domain rule with its status, code and facts."""
    assert isinstance(error, DomainError)  # noqa: S101 - for the type checker; FastAPI dispatches by class
    headers = None
    if isinstance(error, TryLater):
        headers = {"Retry-After": str(error.retry_after)}
    elif isinstance(error, ChangedMeanwhile | HoursChanged | ProfileChanged):
        headers = {"ETag": error.tag}
    told = refusal(error)
    return answer(request, error.status, error.code, told.detail, told.extra, headers)


async def malformed(request: Request, error: Exception) -> JSONResponse:
    """Answer 422 when the path or the query does not have the promised shape."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    fields: dict[str, str] = {}
    for detail in error.errors():
        name = ".".join(str(part) for part in detail["loc"][1:]) or "body"
        fields.setdefault(name[:80], _said(detail))
    told = "; ".join(f"{name}: {why}" for name, why in fields.items())
    return answer(request, 422, "validation_failed", told, {"fields": fields})


def _said(detail: Mapping[str, Any]) -> str:
    match detail["type"]:
        case "missing":
            return "is required"
        case "value_error":
            return str(detail["ctx"]["error"])
        case _:
            return str(detail["msg"]).removeprefix("Input ").lower()


async def http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer an HTTP error of the framework, such as an unknown path or method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    code, detail = _BY_STATUS.get(error.status_code, ("refused", str(error.detail)))
    return answer(request, error.status_code, code, detail, headers=error.headers)


async def unexpected(request: Request, error: Exception) -> JSONResponse:
    """Answer 500 for an unexpected error: the log has it under the id, the caller gets only the id."""
    log.error("request %s failed", request.scope.get("request_id"), exc_info=error)
    return answer(request, 500, "internal", "Something went wrong here. Nothing you did; we have noted it.")


def add_error_handlers(app: FastAPI) -> None:
    """Register the handlers that answer every error in the one shape."""
    app.add_exception_handler(DomainError, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, unexpected)
