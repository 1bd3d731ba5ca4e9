"""A tuple that is hashed once is the same key as a plain one, in this process and after a journey."""

import pickle
from typing import Any

from mentorbook.domain.hashed_once import HashedOnce


class Counted:
    """Counts how often it is hashed."""

    def __init__(self) -> None:
        self.times = 0

    def __hash__(self) -> int:
        self.times += 1
        return 7


def test_its_items_are_hashed_once() -> None:
    item = Counted()
    both = HashedOnce([item])
    known: dict[Any, str] = {both: "found"}
    for _ in range(5):
        assert known[both] == "found"
    assert item.times == 1


def test_it_is_the_same_key_as_a_plain_tuple() -> None:
    for items in ((), (1,), ("a", 2.5)):
        by_plain: dict[object, str] = {items: "found"}
        by_hashed: dict[object, str] = {HashedOnce(items): "found"}
        assert by_plain[HashedOnce(items)] == by_hashed[items] == "found"
        assert HashedOnce(items) == items


def test_its_hash_does_not_travel() -> None:
    sent = HashedOnce(("a", "b"))
    hash(sent)
    came = pickle.loads(pickle.dumps(sent))  # noqa: S301 - our own bytes
    assert came == sent
    assert vars(sent)
    assert vars(came) == {}
