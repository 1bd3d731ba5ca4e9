"""The words of each status and each way to meet. A test misses the words of a new kind."""

from dataclasses import dataclass

from mentorbook.domain.kinds import MeetingKind, SessionStatus


@dataclass(frozen=True, slots=True)
class StatusWords:
    """A status as a badge: its label, the colour of the badge (`tone`) and what stands before it (`mark`)."""

    label: str
    tone: str = ""
    mark: str = ""


STATUS_WORDS = {
    SessionStatus.PENDING: StatusWords("Pending", "wait"),
    SessionStatus.SCHEDULED: StatusWords("Scheduled", "acc"),
    SessionStatus.IN_PROGRESS: StatusWords("In progress", "ok", "dot"),
    SessionStatus.COMPLETED: StatusWords("Completed", "", "check"),
    SessionStatus.CANCELLED: StatusWords("Cancelled", "bad"),
    SessionStatus.NO_SHOW: StatusWords("No-show", "or"),
}


@dataclass(frozen=True, slots=True)
class MeetingWords:
    """A way to meet: its label on a choice, what it says in a summary, and the icon beside both."""

    label: str
    summary: str
    icon: str


MEETING_WORDS = {
    MeetingKind.VIDEO: MeetingWords("Video", "Video, here in MentorBook", "video"),
    MeetingKind.AUDIO: MeetingWords("Audio", "Audio, here in MentorBook", "phone"),
    MeetingKind.CHAT: MeetingWords("Chat", "Chat, here in MentorBook", "message-circle"),
}
