"""Celery's side of notices. No logic here."""

from celery import shared_task

from accounts import mailing, noticing


@shared_task
def send_mails() -> None:
    """Send the notices that are to go by mail."""
    mailing.send_due()


@shared_task
def tidy_notices() -> None:
    """Forget old notices."""
    noticing.tidy()
