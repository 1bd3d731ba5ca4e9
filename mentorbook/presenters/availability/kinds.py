"""What the types of blocks and exceptions are called."""

from mentorbook.domain.kinds import BlockType

BLOCK_KINDS: dict[str, str] = {
    BlockType.AVAILABLE: "Open",
    BlockType.BREAK: "Break",
    BlockType.BUFFER: "Buffer",
    BlockType.BLOCKED: "Blocked",
}
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
# As a week is read, from Monday.
IN_ORDER = (1, 2, 3, 4, 5, 6, 0)
