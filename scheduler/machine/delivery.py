"""What a post's delivery 'is': read from its publications whenever somebody asks, never stored."""

from collections.abc import Iterable

from scheduler.models import Status

# What a person must know first stands first: one failed channel matters more than two that went well.
ORDER = (
    Status.FAILED,
    Status.CONFIRMING,
    Status.SENDING,
    Status.PREPARING,
    Status.READY,
    Status.SCHEDULED,
    Status.PUBLISHED,
    Status.CANCELLED,
)


def delivery(statuses: Iterable[str]) -> Status | None:
    """The status that stands for several publications; None when there is none."""
    found = set(statuses)
    return next((status for status in ORDER if status in found), None)
