"""Pictures of mentors: what is taken, what is made of it, and where it is found."""

import re
from uuid import UUID

LARGEST_UPLOAD = 2 * 2**20  # bytes
# Three times the largest size at which pages draw one.
SIDE = 256  # pixels
MEDIA_TYPE = "image/webp"
_NAME = re.compile(r"[0-9a-f]{32}")


def is_picture_name(text: str) -> bool:
    """Say whether a picture can have this name."""
    return _NAME.fullmatch(text) is not None


def picture_address(mentor_id: UUID, name: str | None) -> str | None:
    """Return where the picture of this name is, or `None` without one."""
    return f"/api/mentors/{mentor_id}/picture/{name}" if name else None
