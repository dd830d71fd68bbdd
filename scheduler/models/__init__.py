"""What is planned (Campaign, Label, Audience, Queue, Slot), said (Post, Variant, Asset), kept (Revision, Unsaved, Snippet,
Template), shelved (Folder, Upload), made of it (Rendition), brought in by the hundred (Import, ImportRow, ImportFile) and
promised (Publication, Attempt) and looked at once more (Recheck)."""

from scheduler.models.imported import Import, ImportFile, ImportRow
from scheduler.models.kept import Revision, Snippet, Template, Unsaved
from scheduler.models.made import Rendition
from scheduler.models.planned import Audience, Campaign, Colour, Label, Queue, Slot
from scheduler.models.promised import LIVE, Attempt, Publication, Status
from scheduler.models.said import Asset, Post, PostChannel, PostMedia, Variant
from scheduler.models.shelved import Folder, Upload
from scheduler.models.watched import Recheck

__all__ = [
    "LIVE",
    "Asset",
    "Attempt",
    "Audience",
    "Campaign",
    "Colour",
    "Folder",
    "Import",
    "ImportFile",
    "ImportRow",
    "Label",
    "Post",
    "PostChannel",
    "PostMedia",
    "Publication",
    "Queue",
    "Recheck",
    "Rendition",
    "Revision",
    "Slot",
    "Snippet",
    "Status",
    "Template",
    "Unsaved",
    "Upload",
    "Variant",
]
