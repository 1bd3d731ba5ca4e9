"""What the types of blocks and exceptions are called."""

BLOCK_KINDS = {"AVAILABLE": "Open", "BREAK": "Break", "BUFFER": "Buffer", "BLOCKED": "Blocked"}
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
# As a week is read, from Monday.
IN_ORDER = (1, 2, 3, 4, 5, 6, 0)
