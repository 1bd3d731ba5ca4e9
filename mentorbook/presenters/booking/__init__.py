"""Words and shapes of sessions: cards, dialogs, slots, the timeline."""
