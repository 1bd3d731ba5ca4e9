"""What the room's page shows that others can change; rows of the table in `following.py`."""

from mentorbook.state.meeting.recording import RoomRecording
from mentorbook.state.meeting.room_chat import RoomChat
from mentorbook.state.meeting.room_lobby import RoomLobby
from tests.state.deeds import Row, a_recording_is_heard_of, mina_cancels, moira_enters_the_room, moira_writes

MEETING_ROWS = (
    Row(
        "room: cancelled",
        "mina",
        "/room/{session}",
        RoomLobby,
        mina_cancels,
        lambda s: "cancelled" in s.lobby.head,
        False,
        True,
    ),
    Row(
        "chat: a message",
        "mina",
        "/sessions/{session}",
        RoomChat,
        moira_writes,
        lambda s: [len(group.lines) for group in s.newest],
        [],
        [1],
    ),
    Row(
        "chat: cancelled",
        "mina",
        "/room/{session}",
        RoomChat,
        mina_cancels,
        lambda s: "from 10 minutes before" in s.closed,
        True,
        False,
    ),
    Row(
        "room: somebody is in it",
        "mina",
        "/room/{session}",
        RoomLobby,
        moira_enters_the_room,
        "lobby.presence",
        "",
        "here",
    ),
    Row(
        "recording: it runs",
        "mina",
        "/room/{session}",
        RoomRecording,
        a_recording_is_heard_of,
        "words.runs",
        False,
        True,
    ),
)
