"""State of everything about sessions: the modal, the dialogs, the list, the page."""
