"""How somebody stands as a mentor, and which steps to a page of their own are done."""

from dataclasses import dataclass, field
from datetime import datetime

from mentorbook.domain.kinds import MentorStatus
from mentorbook.domain.views import Account, MentorStanding
from mentorbook.presenters.dates import moment

PROFILE_PATH, HOURS_PATH, PREVIEW = "/settings/profile", "/availability", "card-preview"


@dataclass(frozen=True)
class SetupStep:
    """One step of the set-up; `href` is where it is done."""

    key: str
    title: str
    text: str
    href: str
    is_done: bool


@dataclass(frozen=True)
class MentoringSection:
    """The section of the settings: `status` is a `MentorStatus`; `since` and `reason` where they apply."""

    status: str = MentorStatus.NONE.value
    since: str = ""
    reason: str = ""
    steps: list[SetupStep] = field(default_factory=list)
    done: int = 0


def mentoring_section(actor: Account, standing: MentorStanding, now: datetime) -> MentoringSection:
    """Return the section by what is saved; without a mentor's side it has no steps."""
    is_mentor = standing.status == MentorStatus.APPROVED
    steps = [] if standing.status == MentorStatus.NONE else _steps(actor, standing, is_mentor)
    asked = standing.requested_at
    return MentoringSection(
        status=standing.status.value,
        since=moment(asked, actor.timezone, now) if asked else "",
        reason=standing.decline_reason or "",
        steps=steps,
        done=sum(step.is_done for step in steps),
    )


def _steps(actor: Account, standing: MentorStanding, is_mentor: bool) -> list[SetupStep]:
    is_filled = standing.has_profile and standing.has_hours
    if is_mentor:
        look = (
            "Mentees find you and book here." if is_filled else "What mentees see. The other steps fill it."
        )
    else:
        look = "Look at your card now. Mentees see it once an admin has approved you."
    return [
        SetupStep(
            "profile",
            "Your profile",
            "What you help with, and what it costs.",
            PROFILE_PATH,
            standing.has_profile,
        ),
        SetupStep("hours", "Your hours", "When mentees can book you.", HOURS_PATH, standing.has_hours),
        SetupStep(
            "page",
            "Your page",
            look,
            f"/mentors/{actor.id}" if is_mentor else f"{PROFILE_PATH}#{PREVIEW}",
            is_mentor and is_filled,
        ),
    ]
