"""A request that comes twice is carried out once: the first answer is kept and given again."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from mentorbook.db.delivery import IdempotencyKey
from mentorbook.domain.errors import IdempotencyMismatch, ValidationFailed
from mentorbook.domain.schemas import as_uuid
from mentorbook.services.clock import now

Answer = TypeVar("Answer", bound=BaseModel)


def check_key(key: object) -> str | None:
    """Return the key, or `None`. Raises `ValidationFailed` unless it is 1 to 255 ASCII characters."""
    if key is None:
        return None
    if not isinstance(key, str) or not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise ValidationFailed({"Idempotency-Key": "must be 1 to 255 printable ASCII characters"})
    return key


def fingerprint(verb: str, body: BaseModel | dict[str, Any]) -> str:
    """Hash a request to tell it from others: the verb and the body, whatever the order of its fields."""
    plain = body.model_dump(mode="json") if isinstance(body, BaseModel) else body
    return hashlib.sha256(json.dumps([verb, plain], sort_keys=True, default=str).encode()).hexdigest()


def replay(
    session: Session,
    user_id: UUID,
    key: str | None,
    mark: str,
    answer: type[Answer],
    anew: Callable[[UUID], Answer],
    about: UUID | None = None,
) -> Answer | None:
    """Return the first answer under this key. Raises `IdempotencyMismatch` if it belongs to another request.

    A stored answer that another version has written and the present model cannot read is replaced by that
    of `anew`, for the present state of the object that `about` names, or else the stored answer. Where
    neither names one, `IdempotencyMismatch` is raised: carrying out a request twice is worse.
    """
    if key is None:
        return None
    row = session.get(IdempotencyKey, (user_id, key))
    if row is None:
        return None
    if row.body_hash != mark:
        raise IdempotencyMismatch
    try:
        return answer.model_validate(row.answer)
    except ValidationError:
        if about is None and isinstance(row.answer, dict):
            about = as_uuid(row.answer.get("id"))
        if about is None:
            raise IdempotencyMismatch from None
        return anew(about)


def made_under(session: Session, user_id: UUID, key: str | None) -> UUID | None:
    """Return the id of what the first request under this key made, or `None`."""
    row = session.get(IdempotencyKey, (user_id, key)) if key else None
    return as_uuid(row.answer.get("id")) if row is not None and isinstance(row.answer, dict) else None


def finish_answer(
    session: Session, user_id: UUID, key: str, answer: Answer, is_final: Callable[[Answer], bool]
) -> Answer:
    """Store an answer in the place of the one that was stored before the request was done.

    Return what is the first answer by now: that of another request which was done before, if there is one.
    """
    row = session.get(IdempotencyKey, (user_id, key), with_for_update=True)
    if row is None:
        return answer
    try:
        first = type(answer).model_validate(row.answer)
    except ValidationError:
        return answer
    if is_final(first):
        return first
    row.answer = answer.model_dump(mode="json")
    return answer


def store_answer(session: Session, user_id: UUID, key: str | None, mark: str, answer: BaseModel) -> None:
    """Store an answer in the transaction that made the change."""
    if key is not None:
        stored = answer.model_dump(mode="json")
        session.add(IdempotencyKey(user_id=user_id, key=key, body_hash=mark, answer=stored, created_at=now()))
