"""What admins do to accounts, in words: on the button, before it is done, after it, and on record.

A test misses the words of a new action.
"""

from dataclasses import dataclass

from mentorbook.domain.kinds import AccountAction, MentorStatus


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One thing that admins do, with `{first}` for the person's first name.

    `button` offers it. With a `title` it asks first: `follows` says what comes of it, `reason` is the label
    of a reason that it needs, `confirm` does it. `done` tells whoever did it, `record` the audit trail.
    """

    button: str
    done: str
    record: str
    tone: str = "plain"
    title: str = ""
    follows: str = ""
    reason: str = ""
    confirm: str = ""
    is_grave: bool = False


CHANGE_WORDS = {
    AccountAction.MENTOR_APPROVED: ChangeWords(
        button="Approve",
        done="{first} is a mentor now, and reads so.",
        record="Approved as a mentor",
        tone="done",
    ),
    AccountAction.MENTOR_DECLINED: ChangeWords(
        button="Decline",
        title="Decline {first}'s request to mentor?",
        follows="{first} reads your reason. What they filled in is kept, and they may ask again.",
        reason="Your reason, which {first} reads",
        confirm="Decline the request",
        done="The request is declined, and {first} reads why.",
        record="Request to mentor declined",
        tone="bad",
    ),
    AccountAction.MENTOR_INVITED: ChangeWords(
        button="Invite to mentor",
        title="Invite {first} to mentor?",
        follows="{first} becomes a mentor at once, without asking for it, and reads so. Nobody can book them "
        "before they have filled in their hours.",
        confirm="Invite to mentor",
        done="{first} is a mentor now, and reads so.",
        record="Invited to mentor",
        tone="done",
    ),
    AccountAction.DEACTIVATED: ChangeWords(
        button="Deactivate account",
        title="Deactivate {first}'s account?",
        follows="Every log-in of {first}'s ends at once. Until somebody reactivates the account, nobody can "
        "log in to it, find it or book it. Nothing is deleted.",
        reason="Your reason, for the record",
        confirm="Deactivate account",
        done="{first}'s account is deactivated.",
        record="Account deactivated",
        tone="bad",
        is_grave=True,
    ),
    AccountAction.REACTIVATED: ChangeWords(
        button="Reactivate account",
        done="{first} can log in again.",
        record="Account reactivated",
        tone="done",
    ),
    AccountAction.ADMIN_GRANTED: ChangeWords(
        button="Make an admin",
        title="Make {first} an admin?",
        follows="{first} can then see every session and every account, set the policies, and decide who "
        "mentors and who is an admin.",
        confirm="Make an admin",
        done="{first} is an admin now.",
        record="Made an admin",
        tone="new",
    ),
    AccountAction.ADMIN_WITHDRAWN: ChangeWords(
        button="Take the admin's role",
        title="Take the admin's role from {first}?",
        follows="{first} keeps account and sessions, and is no longer shown the pages of admins.",
        confirm="Take the role",
        done="{first} is no admin any more.",
        record="Admin's role taken away",
    ),
    AccountAction.LINK_MADE: ChangeWords(
        button="Make a password link",
        title="Make a link for {first}'s password?",
        follows="Whoever has the link can choose a new password for {first}'s account, once, within a day. "
        "Give it to {first} and to nobody else. {first} reads that it was made.",
        confirm="Make the link",
        done="The link for {first} is made. It is shown this once.",
        record="Link for a new password made",
    ),
}

# Label and tone of how somebody stands as a mentor.
MENTOR_WORDS = {
    MentorStatus.NONE: ("No", ""),
    MentorStatus.REQUESTED: ("Asks to mentor", "wait"),
    MentorStatus.APPROVED: ("Mentor", "ok"),
    MentorStatus.DECLINED: ("Declined", ""),
}
