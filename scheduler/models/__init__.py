"""What is planned (Campaign, Audience, Slot), said (Post, Variant, Asset), kept (Folder, Upload), made of it (Rendition)
and promised (Publication, Attempt)."""

from scheduler.models.kept import Folder, Upload
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
    "Folder",
    "Post",
    "PostChannel",
    "PostMedia",
    "Publication",
    "Rendition",
    "Slot",
    "Status",
    "Upload",
    "Variant",
]
