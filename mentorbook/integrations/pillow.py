"""Pillow: decodes what people upload, and encodes the picture that is made of it."""

import io
import re
import warnings

from PIL import Image, ImageOps

from mentorbook.domain.people.pictures import SIDE
from mentorbook.domain.ports import NotAPicture

# A phone takes photos of 12 megapixels. To decode these here takes a quarter of a gigabyte at worst (WebP).
MOST_PIXELS = 16_000_000
LONGEST_SIDE = 12_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK")
_QUALITY = 82
_UNREADABLE = "cannot be read as a picture; use a JPEG, PNG or WebP"
# To decode a scan of a JPEG takes as long as its whole picture, however few bytes it has. Editors write ten,
# or eighteen for four colours.
MOST_SCANS = 20
# What begins with a length; the others are filling, or part of a scan.
_SEGMENT = re.compile(rb"\xff[\xc0-\xcf\xd9-\xfe]")
_JPEG, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", b"\xff\xda"


def square_picture(upload: bytes) -> bytes:
    """Make a picture of an upload, for `domain.ports.PictureMaker`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _encoded(_square(_opened(upload)))
    except NotAPicture:
        raise
    except Exception as error:
        # What a broken file makes a decoder raise is of a dozen kinds, and says nothing to people.
        raise NotAPicture(_UNREADABLE) from error


def _opened(upload: bytes) -> Image.Image:
    """Return the image, of which only the head is read. Raises `NotAPicture` for one that is too large."""
    if upload.startswith(_JPEG) and _scans(upload) > MOST_SCANS:
        raise NotAPicture(_UNREADABLE)
    image = Image.open(io.BytesIO(upload), formats=_FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise NotAPicture(f"has more than {MOST_PIXELS // 1_000_000} megapixels")
    return image


def _scans(jpeg: bytes) -> int:
    """Count the scans that a decoder would find, but not beyond one too many.

    What only looks like one, inside of another segment or after the picture, is none.
    """
    found, at = 0, len(_JPEG)
    while found <= MOST_SCANS and (segment := _SEGMENT.search(jpeg, at)) and segment[0] != _END:
        found += segment[0] == _SCAN
        at = segment.end() + int.from_bytes(jpeg[segment.end() : segment.end() + 2])
    return found


def _square(image: Image.Image) -> Image.Image:
    """Return the middle of the image, upright, on white where it is transparent, without anything else."""
    # A JPEG is decoded no larger than it is needed.
    image.draft("RGB", (2 * SIDE, 2 * SIDE))
    image.load()
    # Nothing is copied in its full size that can be made smaller first.
    surplus = min(image.size) // (2 * SIDE)
    smaller = image.reduce(surplus) if surplus > 1 and image.mode in _REDUCIBLE else image
    upright = ImageOps.exif_transpose(smaller)
    if upright.mode.startswith("I"):
        upright = upright.point(lambda value: value / 256).convert("L")
    fitted = ImageOps.fit(upright.convert("RGBA"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", (SIDE, SIDE), "white")
    clean.paste(fitted, mask=fitted)
    return clean


def _encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=_QUALITY, method=5)
    return file.getvalue()
