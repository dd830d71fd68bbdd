"""The project as a Django app: its system checks, and the Celery application for every process, so that tasks find it."""

from celery.signals import beat_init, worker_init
from django.apps import AppConfig

from smo import celery, checks

__all__ = ["SmoConfig", "celery"]


class SmoConfig(AppConfig):
    name = "smo"
    verbose_name = "The project"

    def ready(self) -> None:
        """Let workers and beat stop on errors of the checks: Celery runs them too, but throws away what they find."""
        worker_init.connect(checks.stop_on_errors, dispatch_uid="smo.checks")
        beat_init.connect(checks.stop_on_errors, dispatch_uid="smo.checks")
