"""What is said of the recording of a session to one of its two people."""

from dataclasses import dataclass

from mentorbook.domain.meeting.recording import Recording, RecordingStatus

_AGREE, _WITHDRAW, _STOP = "Agree to a recording", "Withdraw", "Stop recording"
_NOT_STARTED = "The recording could not start."


@dataclass(frozen=True)
class RecordingWords:
    """How it stands, in a heading and a line; `button` is what may be done, and `agrees` what that means.

    `runs` while something is recorded, or about to be; `asks` while the other waits for an answer; `failed`
    until one of the two tries again, or goes on without.
    """

    head: str = ""
    line: str = ""
    button: str = ""
    agrees: bool = True
    runs: bool = False
    asks: bool = False
    failed: bool = False


def recording_words(recording: Recording, other: str) -> RecordingWords:
    """Return the words for one of the two; `other` is the first name of the other. Empty without a choice."""
    match recording.status:
        case RecordingStatus.STARTING:
            return RecordingWords("The recording is starting.", "", _STOP, agrees=False, runs=True)
        case RecordingStatus.ON:
            line = f"{other} sees this too. Each of you can stop it."
            return RecordingWords("This session is being recorded.", line, _STOP, agrees=False, runs=True)
        case RecordingStatus.STOPPING:
            return RecordingWords("The recording is stopping.", runs=True)
    if not recording.is_open:
        return RecordingWords()
    if not recording.is_available:
        return RecordingWords("Recording is not available here.", "Nothing of this session is recorded.")
    if recording.status == RecordingStatus.FAILED and not (recording.mine or recording.theirs):
        head = "The recording has stopped by itself." if recording.had_begun else _NOT_STARTED
        line = "Nothing is recorded now. Go on without, or try again: both of you agree once more."
        return RecordingWords(head, line, _AGREE, failed=True)
    if recording.mine and recording.theirs:
        line = "It begins when one of you joins."
        return RecordingWords("You both agree to a recording.", line, _WITHDRAW, agrees=False)
    if recording.mine:
        line = f"It begins when {other} agrees too."
        return RecordingWords("You agree to a recording.", line, _WITHDRAW, agrees=False)
    if recording.theirs:
        line = "It begins as soon as you agree. Each of you can stop it."
        return RecordingWords(f"{other} would like to record this session.", line, _AGREE, asks=True)
    line = f"It is only if you and {other} both agree."
    return RecordingWords("This session is not recorded.", line, _AGREE)
