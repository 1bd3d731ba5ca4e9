"""The vendors that the settings name, as adapters of the domain's ports. Knows no web framework, so that the
worker on its own waits for none to be imported."""

from mentorbook.domain.ports import PictureStore, VideoRooms
from mentorbook.integrations.livekit import LiveKitRooms
from mentorbook.integrations.picture_files import PictureFiles
from mentorbook.settings import settings


def video_rooms() -> VideoRooms | None:
    """Return the video server that the settings name, if they do."""
    if not settings.video_configured:
        return None
    secret = settings.livekit_api_secret
    return LiveKitRooms(
        settings.livekit_url or "",
        settings.livekit_api_key or "",
        secret.get_secret_value() if secret else "",
    )


def picture_store() -> PictureStore:
    """Return where pictures are kept: beside the embedded database, also where the database is another."""
    return PictureFiles(settings.data_dir.absolute() / "pictures")
