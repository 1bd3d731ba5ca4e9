"""The vendors that the settings name, as adapters of the domain's ports. Knows no web framework, so that the
worker on its own waits for none to be imported."""

from mentorbook.domain.kinds import PaymentWay
from mentorbook.domain.ports import Mailer, PaymentProvider, PictureStore, VideoRooms
from mentorbook.integrations.demo_payments import DemoPayments
from mentorbook.integrations.livekit import LiveKitRooms
from mentorbook.integrations.mail_files import MailFiles
from mentorbook.integrations.picture_files import PictureFiles
from mentorbook.integrations.smtp import SmtpMailer
from mentorbook.services.clock import now
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


def mailer() -> Mailer:
    """Return the mail server that the settings name, or files beside the embedded database."""
    if settings.smtp_url is not None:
        return SmtpMailer(settings.smtp_url.get_secret_value(), settings.mail_sender)
    return MailFiles(settings.data_dir.absolute() / "mail", settings.mail_sender)


def payment_provider() -> PaymentProvider | None:
    """Return what takes money by the settings, where sessions are paid here."""
    if settings.payment_way == PaymentWay.DEMO:
        return DemoPayments(settings.data_dir.absolute() / "demo_payments.db", now)
    key, secret = settings.stripe_secret_key, settings.stripe_webhook_secret
    if settings.payment_way == PaymentWay.STRIPE and key and secret:
        # Its library takes 11 MB and a while to load, of everybody who is paid otherwise.
        from mentorbook.integrations.stripe import StripePayments

        return StripePayments(key.get_secret_value(), secret.get_secret_value())
    return None


def picture_store() -> PictureStore:
    """Return where pictures are kept: beside the embedded database, also where the database is another."""
    return PictureFiles(settings.data_dir.absolute() / "pictures")
