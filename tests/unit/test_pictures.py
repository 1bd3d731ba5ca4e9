"""What is made of an uploaded file: a small square of plain pixels, or a sentence that says why not."""

import io

import pytest
from PIL import Image

from mentorbook.domain.people.pictures import SIDE
from mentorbook.domain.ports import NotAPicture
from mentorbook.integrations.pillow import LONGEST_SIDE, MOST_PIXELS, MOST_SCANS, square_picture
from tests.images import BLUE, HTML, RED, SVG, a_bomb, an_image, encoded, is_near, many_scans, opened

UNREADABLE = "cannot be read as a picture; use a JPEG, PNG or WebP"
TOO_LARGE = "has more than 16 megapixels"
ORIENTATION, GPS, COPYRIGHT = 0x0112, 0x8825, 0x8298


@pytest.mark.parametrize(
    "upload",
    [
        an_image("JPEG"),
        an_image("JPEG", progressive=True),
        an_image("JPEG", mode="L"),
        an_image("JPEG", mode="CMYK"),
        an_image("PNG"),
        an_image("PNG", mode="P"),
        an_image("PNG", mode="1"),
        an_image("PNG", mode="RGBA"),
        an_image("PNG", mode="LA"),
        an_image("WEBP"),
        an_image("PNG", (1, 1)),
        an_image("PNG", (3000, 2)),
    ],
)
def test_every_picture_becomes_a_small_square_webp(upload: bytes) -> None:
    made = square_picture(upload)
    picture = opened(made)
    assert (picture.format, picture.size, picture.mode) == ("WEBP", (SIDE, SIDE), "RGB")
    assert len(made) < 100_000


def test_the_middle_is_kept() -> None:
    picture = opened(square_picture(an_image(size=(900, 300))))
    assert is_near(picture.getpixel((20, 128)), RED)
    assert is_near(picture.getpixel((236, 128)), BLUE)


@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, (20, 128)), (2, (236, 128)), (3, (236, 128)), (6, (128, 20)), (8, (128, 236))],
)
def test_a_phone_held_in_any_way_gives_an_upright_picture(orientation: int, red: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    opposite = (255 - red[0], 255 - red[1])
    for kind, side in (("JPEG", 300), ("JPEG", 2400), ("PNG", 300), ("PNG", 2400), ("WEBP", 2400)):
        picture = opened(square_picture(an_image(kind, (side, side), exif=exif)))
        assert is_near(picture.getpixel(red), RED)
        assert is_near(picture.getpixel(opposite), BLUE)


def test_nothing_but_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[COPYRIGHT] = "Moira MacGillivray"
    exif[GPS] = {1: "N", 2: (51.0, 30.0, 0.0)}
    upload = an_image("JPEG", exif=exif, comment=b"shot at home", icc_profile=b"profile" * 20)
    for said in (b"Moira", b"shot at home", b"profile"):
        assert said in upload
    made = square_picture(upload)
    for said in (b"Moira", b"shot at home", b"profile", b"EXIF", b"ICCP", b"XMP "):
        assert said not in made
    assert dict(opened(made).getexif()) == {}


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    assert is_near(opened(square_picture(encoded(clear, "PNG"))).getpixel((128, 128)), (255, 255, 255))


def test_sixteen_bits_are_not_all_white() -> None:
    grey = Image.new("I;16", (300, 300), 100 * 256)
    assert is_near(opened(square_picture(encoded(grey, "PNG"))).getpixel((128, 128)), (100, 100, 100))


def test_of_what_moves_the_first_picture_is_taken() -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in (RED, BLUE, BLUE)]
    for kind in ("WEBP", "PNG"):
        upload = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        made = square_picture(upload)
        assert getattr(opened(made), "n_frames", 1) == 1
        assert is_near(opened(made).getpixel((128, 128)), RED)


HOSTILE = {
    "nothing": b"",
    "text": b"no picture",
    "svg": SVG,
    "html": HTML,
    "a gif that moves": encoded(Image.new("P", (9, 9)), "GIF", save_all=True,
                                append_images=[Image.new("P", (9, 9), 3)]),
    "bmp": an_image("BMP"),
    "tiff": an_image("TIFF"),
    "icon": an_image("ICO", (64, 64)),
    "postscript": an_image("EPS"),
    "pdf": an_image("PDF"),
    "half a jpeg": an_image("JPEG", (600, 600))[:2000],
    "half a png": an_image("PNG", (600, 600))[:300],
    "half a webp": an_image("WEBP", (600, 600))[:200],
    "the head of a jpeg": an_image("JPEG")[:20],
    "a png with a broken chunk": an_image("PNG").replace(b"IDAT", b"IDAX"),
    "html in front of a picture": HTML + an_image("PNG"),
    "a png without size": a_bomb(0, 0),
}  # fmt: skip


@pytest.mark.parametrize("upload", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_only_pretends_is_refused(upload: bytes) -> None:
    with pytest.raises(NotAPicture, match=UNREADABLE):
        square_picture(upload)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bombs = [a_bomb(30_000, 30_000)[:4000], a_bomb(LONGEST_SIDE + 1, 1), a_bomb(4_001, MOST_PIXELS // 4_000)]
    assert all(len(bomb) < 100_000 for bomb in bombs)

    def unpack(*_: object) -> None:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(Image.Image, "load", unpack)
    for bomb in bombs:
        with pytest.raises(NotAPicture):
            square_picture(bomb)


def test_a_large_picture_that_is_allowed_is_taken() -> None:
    """Positive control of the one before, at the edge."""
    assert opened(square_picture(a_bomb(4_000, MOST_PIXELS // 4_000))).size == (SIDE, SIDE)
    with pytest.raises(NotAPicture, match=TOO_LARGE):
        square_picture(a_bomb(4_000, MOST_PIXELS // 4_000 + 1))


@pytest.mark.parametrize("hidden_by", [b"", b"\xff\x02\xff\xff", b"\xff" * 9, b"\xff\xd0\xff\x00"])
def test_a_jpeg_of_many_scans_is_refused_before_they_are_decoded(
    monkeypatch: pytest.MonkeyPatch, hidden_by: bytes
) -> None:
    """Each of them costs what the whole picture costs: 1,000 in 31 KB take half a minute."""
    first, rest = many_scans(MOST_SCANS + 1).split(b"\xff\xda", 1)

    def unpack(*_: object) -> None:
        raise AssertionError("it was unpacked")

    with monkeypatch.context() as patch:
        patch.setattr(Image.Image, "load", unpack)
        patch.setattr(Image, "open", unpack)
        with pytest.raises(NotAPicture, match=UNREADABLE) as refused:
            square_picture(first + b"\xff\xda" + rest.replace(b"\xff\xda", hidden_by + b"\xff\xda"))
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "upload",
    [
        many_scans(MOST_SCANS),
        an_image("JPEG", mode="CMYK", progressive=True),
        # What says the same elsewhere begins no scan: in a comment, after the picture, in what is no JPEG.
        an_image("JPEG", comment=b"\xff\xda" * 99),
        an_image("JPEG") + b"\xff\xda" * 99,
        an_image("PNG") + b"\xff\xda" * 99,
    ],
)
def test_a_picture_of_a_few_scans_is_taken(upload: bytes) -> None:
    assert upload.count(b"\xff\xda") > 10
    assert opened(square_picture(upload)).size == (SIDE, SIDE)


def test_what_follows_a_picture_is_not_kept() -> None:
    upload = an_image("JPEG") + HTML
    assert HTML not in square_picture(upload)
    assert io.BytesIO(square_picture(upload)).read(4) == b"RIFF"
