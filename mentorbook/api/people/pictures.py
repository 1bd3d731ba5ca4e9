"""`/api/mentors/me/picture` and `/api/mentors/{mentor_id}/picture/{name}`: pictures of mentors."""

from fastapi import APIRouter, Request, Response

from mentorbook.api.caller import Caller, Mentor, raw_body
from mentorbook.api.contract import an_image, raises, with_file
from mentorbook.domain.errors import NotFound, RateLimited
from mentorbook.domain.people.pictures import LARGEST_UPLOAD, MEDIA_TYPE
from mentorbook.domain.views import OwnPicture
from mentorbook.services.offload import call
from mentorbook.services.people import pictures
from mentorbook.services.people.picture_queue import call_making

router = APIRouter(prefix="/api/mentors", tags=["profile"])

_UPLOADS = ("image/jpeg", "image/png", "image/webp")
_HEADERS = {
    # Another picture has another address. Not for caches that many share: a picture can become hidden.
    "Cache-Control": "private, max-age=31536000, immutable",
    # Whatever a browser is made to take it for, it is nothing that could do anything.
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@router.put("/me/picture", openapi_extra=with_file(*_UPLOADS))
@raises(RateLimited)
async def put_picture(actor: Mentor, request: Request) -> OwnPicture:
    """Replace the caller's picture by the middle of a JPEG, PNG or WebP of at most 2 MiB, as the raw body.

    What is kept is a new square image, without what the file says about camera, place and time.
    """
    upload = await raw_body(request, LARGEST_UPLOAD)
    return await call_making(actor.id, pictures.save_picture, actor, upload)


@router.delete("/me/picture", status_code=204)
async def delete_picture(actor: Mentor) -> None:
    """Remove the caller's picture, if there is one."""
    await call(pictures.remove_picture, actor)


@router.get(
    "/{mentor_id}/picture/{name}",
    response_class=Response,
    responses=an_image(MEDIA_TYPE),
)
@raises(NotFound)
async def get_picture(actor: Caller, mentor_id: str, name: str) -> Response:
    """Return a mentor's present picture; its address is in whatever shows the mentor."""
    found = await call(pictures.picture, actor, mentor_id, name)
    return Response(found, media_type=MEDIA_TYPE, headers=_HEADERS)
