"""`/api/me/preferences`: how one hears of what; `/api/unsubscribe`: the same by the link in a mail."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from mentorbook.api.caller import Member, address, json_body
from mentorbook.api.contract import raises, with_body
from mentorbook.domain.errors import NotFound, RateLimited
from mentorbook.domain.kinds import NoticeTopic
from mentorbook.domain.people.notice_choices import NoticeChoices
from mentorbook.domain.schemas import ChangeChoices
from mentorbook.presenters.mail.addresses import preferences_page
from mentorbook.services.mail import preferences
from mentorbook.services.offload import call

router = APIRouter(tags=["preferences"])


@router.get("/api/me/preferences")
async def get_preferences(actor: Member) -> NoticeChoices:
    """Return how the caller hears of each topic: in the app, by mail, by both or not at all."""
    return await call(preferences.notice_choices, actor)


@router.put("/api/me/preferences", openapi_extra=with_body(ChangeChoices))
async def put_preferences(actor: Member, request: Request) -> NoticeChoices:
    """Change how the caller hears of the topics that the body names, all or none; what is left out stays."""
    return await call(preferences.change_choices, actor, await json_body(request))


@router.post("/api/unsubscribe/{secret}/{topic}", status_code=204)
@raises(NotFound, RateLimited)
async def unsubscribe(request: Request, secret: str, topic: str) -> None:
    """Stop the mail of a topic, as mail programs ask for it (RFC 8058): the secret is the right to.

    What is sent along, `List-Unsubscribe=One-Click`, is not looked at. Once more changes nothing.
    """
    if topic not in list(NoticeTopic):
        raise NotFound
    await call(preferences.change_mail, secret, address(request), {NoticeTopic(topic): False})


@router.get("/api/unsubscribe/{secret}/{topic}", include_in_schema=False)
async def show_unsubscribe(secret: str, topic: str) -> RedirectResponse:
    """Lead who opens the address in a browser to the page. It stops nothing: mail scanners open it too."""
    if topic not in list(NoticeTopic):
        raise NotFound
    return RedirectResponse(preferences_page("", secret, NoticeTopic(topic)), 303)
