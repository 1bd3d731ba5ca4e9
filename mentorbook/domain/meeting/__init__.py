"""Rules of the meeting: who was in the room, and what follows from it."""
