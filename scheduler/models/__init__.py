"""What is planned (Campaign, Audience, Slot), said (Post, Variant, Asset), kept (Revision, Unsaved, Snippet, Template),
made of it (Rendition) and promised (Publication, Attempt)."""

from scheduler.models.kept import Revision, Snippet, Template, Unsaved
from scheduler.models.made import Rendition
from scheduler.models.planned import Audience, Campaign, Slot
from scheduler.models.promised import LIVE, Attempt, Publication, Status
from scheduler.models.said import Asset, Post, PostChannel, PostMedia, Variant

__all__ = [
    "LIVE",
    "Asset",
    "Attempt",
    "Audience",
    "Campaign",
    "Post",
    "PostChannel",
    "PostMedia",
    "Publication",
    "Rendition",
    "Revision",
    "Slot",
    "Snippet",
    "Status",
    "Template",
    "Unsaved",
    "Variant",
]
