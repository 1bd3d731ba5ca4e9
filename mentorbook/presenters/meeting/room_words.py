"""What the room says, by the names that `assets/room/` has for it, which fills in `{name}` and the like."""

from typing import TypedDict

from mentorbook.domain.booking.policies import ROOM_OPENS
from mentorbook.domain.spoken_lengths import spoken


class Said(TypedDict):
    """What happened in a few words, and then what it means and what to do."""

    head: str
    text: str


def _said(head: str, text: str) -> Said:
    return {"head": head, "text": text}


# Why there is no picture or no sound, by `<device>_<problem>`.
PROBLEMS: dict[str, Said] = {
    "camera_refused": _said(
        "The camera is blocked for MentorBook.",
        "Open the sign beside the address of this page, allow the camera, and try again.",
    ),
    "microphone_refused": _said(
        "The microphone is blocked for MentorBook.",
        "Open the sign beside the address of this page, allow the microphone, and try again.",
    ),
    "camera_system": _said(
        "This computer does not let the browser use the camera.",
        "Allow it in the privacy settings of the system, and try again.",
    ),
    "microphone_system": _said(
        "This computer does not let the browser use the microphone.",
        "Allow it in the privacy settings of the system, and try again.",
    ),
    "camera_missing": _said(
        "No camera was found.",
        "Connect one and it is used by itself. Without one, others see your picture or your initials.",
    ),
    "microphone_missing": _said(
        "No microphone was found.",
        "Connect one and it is used by itself. Without one you can listen and write.",
    ),
    "camera_busy": _said(
        "Another program uses the camera.",
        "Close other meetings and camera programs, and try again, or choose another camera.",
    ),
    "microphone_busy": _said(
        "Another program uses the microphone.",
        "Close other meetings and sound programs, and try again, or choose another microphone.",
    ),
    "camera_unplugged": _said(
        "The camera is gone.",
        "It was unplugged or switched off. Connect it again, or choose another one.",
    ),
    "microphone_unplugged": _said(
        "The microphone is gone.",
        "It was unplugged or switched off. Connect it again, or choose another one.",
    ),
    "camera_failed": _said(
        "The camera could not be opened.", "Try again. If that does not help, restart the browser."
    ),
    "microphone_failed": _said(
        "The microphone could not be opened.", "Try again. If that does not help, restart the browser."
    ),
    "camera_insecure": _said(
        "This page may not use the camera.",
        "Browsers allow it only over https. Ask whoever runs MentorBook for its https address.",
    ),
    "microphone_insecure": _said(
        "This page may not use the microphone.",
        "Browsers allow it only over https. Ask whoever runs MentorBook for its https address.",
    ),
    "camera_unsent": _said(
        "Your picture does not reach the room.",
        "The camera works, but its picture could not be sent. Try again in a moment.",
    ),
    "microphone_unsent": _said(
        "Your voice does not reach the room.",
        "The microphone works, but its sound could not be sent. Try again in a moment.",
    ),
    "camera_unsupported": _said("This browser cannot send a picture.", "Others hear you all the same."),
    "microphone_unsupported": _said(
        "This browser cannot send sound.", "You can listen and write all the same."
    ),
    "screen_refused": _said(
        "Your screen is not shared.",
        "The choice was closed, or the browser may not record the screen. Nobody saw anything.",
    ),
    "screen_system": _said(
        "This computer does not let the browser record the screen.",
        "Allow it in the privacy settings of the system, and try again.",
    ),
    "screen_unsupported": _said("This browser cannot share a screen.", "Everything else works."),
    "screen_unsent": _said("Your screen does not reach the room.", "Try again in a moment."),
    "screen_failed": _said("Your screen could not be shared.", "Choose another window, or try again."),
}
# Why one is not in the room, or not any more.
TOLD: dict[str, Said] = {
    "left": _said("You left the room.", "You can come back as long as it is open."),
    "duplicate": _said(
        "You opened this room in another tab.", "You are in it there. One person is in a room only once."
    ),
    "away": _said(
        "You were out of the room for more than two minutes.",
        "Camera and microphone are off. Join again when you are there.",
    ),
    "removed": _said("You were taken out of the room.", "Camera and microphone are off."),
    "ended": _said("The room is closed.", "Camera and microphone are off. What was written is kept."),
    "cancelled": _said("This session was cancelled.", "The room is closed. Camera and microphone are off."),
    "refused": _said("The video server refused the way in.", "Join again to get a new one."),
    "signed_out": _said("You are not logged in any more.", "Log in, and you come back to this page."),
    "not_permitted": _said("This room is not yours.", "Only the two people of a session can join it."),
    "missing": _said("There is no such session.", "It may belong to another account of yours."),
    "not_now": _said("The room is not open.", f"It opens {spoken(ROOM_OPENS)} before the session."),
    "too_many": _said("That was too often.", "Wait a minute, and join again."),
    "failed": _said("Joining did not work.", "Nothing else has changed. Join again."),
    "not_loaded": _said(
        "The room could not be loaded.",
        "The connection was lost, or MentorBook has been updated. Reload the page and join again.",
    ),
    "unsupported": _said(
        "This browser cannot hold a meeting.",
        "It has no WebRTC, or it is switched off. Open this page in Firefox, Chrome, Edge or Safari.",
    ),
    "video_down": _said(
        "The video server does not answer.", "Your session is as it was. This page tries again by itself."
    ),
    "slow": _said("MentorBook takes too long to answer.", "This page tries again by itself."),
    "offline": _said(
        "MentorBook cannot be reached.", "Check your connection. This page tries again by itself."
    ),
    "unreachable": _said(
        "The video server cannot be reached from here.",
        "A firewall or VPN may be in the way. This page tries again by itself.",
    ),
    "lost": _said("The connection to the room was lost.", "This page connects again by itself."),
    "again": _said("Connecting again …", "Camera and microphone come back as they were."),
}
WORDS: dict[str, object] = {
    "problems": PROBLEMS,
    "told": TOLD,
    # Before the room.
    "checkBoth": "Camera and microphone",
    "checkSound": "Microphone",
    "checkHintBoth": "See and hear yourself before others do. The browser may ask you first.",
    "checkHintSound": "See that your microphone works before others hear it. The browser may ask you first.",
    "startBoth": "Check camera and microphone",
    "startSound": "Check the microphone",
    "asking": "Your browser asks whether MentorBook may use them. Choose Allow.",
    "noPicture": "No picture from the camera",
    "cameraOff": "The camera is off",
    "preview": "Your camera's picture",
    "chooseOne": "Choose one",
    "noneFound": "None found",
    "level": "Microphone level",
    "speak": "Say something: the bar moves.",
    "heard": "Your microphone works.",
    "tryAgain": "Try again",
    "without_camera": "Join without camera",
    "without_microphone": "Join without microphone",
    "joins": {
        "first": "Join",
        "left": "Join again",
        "duplicate": "Use it here",
        "refused": "Join again",
        "away": "Join again",
    },
    "joining": "Joining …",
    "cancel": "Cancel",
    "notNow": "Not now",
    "opensIn": "Opens in {left}",
    "nextTry": "Next try in {seconds} s",
    "tryingNow": "Trying now …",
    "tryNow": "Try now",
    "writeInstead": "Write to {name} on the page of the session",
    "logIn": "Log in",
    "reload": "Reload the page",
    # In the room.
    "room": "Meeting",
    "stage": "People",
    "controls": "Meeting controls",
    "devices": "Choose devices",
    "withWhom": "with {name}",
    "connecting": "Connecting …",
    "connected": "You are in the room.",
    "reconnecting": "Connection lost.",
    "reconnectingMore": "It is being made again.",
    "backAgain": "The connection is back.",
    "connection": "Connection: ",
    "qualities": {
        "excellent": "Good",
        "good": "Good",
        "poor": "Weak",
        "lost": "Lost",
        "unknown": "Measuring",
    },
    "startsIn": "Starts in {left}",
    "left": "{left} left",
    "overTime": "Over time, closes in {left}",
    "closesIn": "The room closes in {left}.",
    "closesSoon": "The room closes in less than five minutes.",
    "you": "You",
    "ownPicture": "Your own picture",
    "isMuted": ", microphone off",
    "otherHere": "{name} is here.",
    "otherMissing": "{name} is not here yet.",
    "otherMissingMore": "When {name} joins, you see it here.",
    "otherLeft": "{name} has left.",
    "otherLeftMore": "{name} can come back as long as the room is open.",
    "otherShares": "{name} shares a screen.",
    "otherStopped": "{name} stopped sharing.",
    "youShare": "You share your screen.",
    "youStopped": "Your screen is not shared any more.",
    "screenOf": "{name}'s screen",
    "microphone": "Microphone",
    "microphoneOnTitle": "Turn the microphone on",
    "microphoneOffTitle": "Turn the microphone off",
    "camera": "Camera",
    "cameraOnTitle": "Turn the camera on",
    "cameraOffTitle": "Turn the camera off",
    "screen": "Share your screen",
    "screenOnTitle": "Share your screen",
    "screenOffTitle": "Stop sharing your screen",
    "share": "Share",
    "stopSharing": "Stop",
    "messages": "Chat",
    "messagesOnTitle": "Show the chat",
    "messagesOffTitle": "Hide the chat",
    "unread": "{count} unread",
    "startSoundHere": "Turn the sound on",
    "close": "Close",
    "leave": "Leave",
}
