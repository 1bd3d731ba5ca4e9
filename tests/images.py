"""Files to upload: pictures of every kind, and what only pretends to be one."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def an_image(kind: str = "JPEG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **how: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue, encoded; `how` is Pillow's."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    return encoded(image.convert(mode), kind, **how)


def encoded(image: Image.Image, kind: str, **how: Any) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def opened(picture: bytes) -> Image.Image:
    """A file as a picture."""
    image = Image.open(io.BytesIO(picture))
    image.load()
    return image


def is_near(found: Any, wanted: tuple[int, int, int]) -> bool:
    """Whether a pixel has this colour, but for what encoding does to it."""
    return all(abs(one - other) < 40 for one, other in zip(found, wanted, strict=True))


def a_bomb(width: int, height: int) -> bytes:
    """A small PNG that says that it is large; its pixels are all black, and there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def many_scans(number: int, size: tuple[int, int] = (64, 64)) -> bytes:
    """A grey progressive JPEG that repeats its last scan until it has so many."""
    jpeg = an_image("JPEG", size, "L", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    missing = number - jpeg.count(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * missing + jpeg[-2:]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
