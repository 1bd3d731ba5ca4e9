"""The picture of `docs/SLOTS.md` shows what the product does today."""

from tests.unit.slots_picture import NIGHTS, PATH, SAID, night, picture, slots


def test_the_picture_is_current() -> None:
    assert PATH.read_text() == picture(), "python -m tests.unit.slots_picture draws it anew"


def test_it_shows_each_reason_and_each_slot() -> None:
    drawn = picture()
    assert all(f">{said}</text>" in drawn for said in SAID.values())
    assert drawn.count('class="slot"') == len(slots()) + sum(len(night(day)) for day, _ in NIGHTS)


def test_the_clock_skips_and_repeats_an_hour() -> None:
    assert [len(night(day)) for day, _ in NIGHTS] == [4, 8]
