"""The refusals of Instagram's publishing: code and 2207xxx subcode.
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes"""

from __future__ import annotations

from sandbox.facebook.errors import GraphError

# subcode -> (code, what is said, the title for people)
REFUSALS: dict[int, tuple[int, str, str]] = {
    2207003: (-2, "Timeout", "It takes too long to download the media"),
    2207004: (36000, "The image is too large", "The image is too large to download: 8 MiB is the maximum"),
    2207005: (36001, "The image format is not supported", "Supported formats are: JPEG"),
    2207006: (24, "The requested resource does not exist", "The media can't be found"),
    2207008: (24, "The requested resource does not exist", "The media builder with this creation id does not exist"),
    2207009: (36003, "The image's aspect ratio is not supported", "The aspect ratio must be within 4:5 and 1.91:1"),
    2207010: (36004, "The caption is too long", "A caption has at most 2,200 characters and 30 hashtags"),
    2207020: (-2, "Media upload has expired", "The media you are trying to access has expired"),
    2207023: (100, "The media type is unknown", "The media type is unknown"),
    2207026: (352, "The video format is not supported", "Use MOV or MP4 (MPEG-4 Part 14)"),
    2207027: (9007, "Media ID is not available", "The media is not ready for publishing, please wait for a moment"),
    2207028: (100, "Carousel validation failed", "A carousel has at least 2 and at most 10 items"),
    2207036: (100, "User tags failed", "Tags of an image need a username, x and y between 0 and 1"),
    2207040: (100, "Too many tags", "Too many people are tagged or mentioned"),
    2207042: (9, "Application request limit reached", "You reached the maximum number of posts that may be published"),
    2207052: (9004, "Only photo or video can be accepted as media type", "The media could not be fetched from this URI"),
    2207057: (1, "The thumb offset is invalid", "thumb_offset must lie within the video"),
    2207081: (100, "Trial reels are not available", "This account can't publish trial reels"),
}


def refusal(subcode: int, words: str = "") -> GraphError:
    """The error with this subcode; `words` replace what people are told."""
    code, message, told = REFUSALS[subcode]
    status = 400 if code != 9 else 403
    return GraphError(code, message, subcode, status=status, transient=False, title=told, advice=words or told)
