"""Captions of a video on X: uploaded like other media, then tied to the video. https://docs.x.com/x-api/media/create-media-subtitles"""

from pathlib import Path
from tempfile import TemporaryDirectory

import tweepy

from connectors import captions
from connectors.data import VTT, Media, Outgoing, Progress
from connectors.errors import Rejected
from connectors.words import _
from connectors.x_media import Uploads

MOST_BYTES = 1_000_000  # [U] no limit is documented; captions of an hour have a tenth of it
SLOT = 9  # the place of the captions among the uploads; media take 0 to 3


def add(client: tweepy.Client, post: Outgoing, progress: Progress) -> None:
    """Tie the post's captions to its uploaded video, once for each upload of the video. Keeps "subtitles"."""
    file = captions.chosen(post)
    if file is None or not post.videos:
        return
    uploads = Uploads(client, progress)
    video = uploads.ids(post.media)[0]
    code = captions.language(post)
    if progress.get("subtitles") == (mark := f"{video} {file.sha256 or file.path} {code}"):
        return
    track = _uploaded(uploads, file)
    subtitles = {"id": track, "language_code": code.partition("-")[0].upper(), "display_name": code}
    body = {"id": video, "media_category": "TweetVideo", "subtitles": subtitles}
    client.request("POST", "/2/media/subtitles", json=body)
    progress.keep(subtitles=mark)


def _uploaded(uploads: Uploads, file: Media) -> str:
    """The media id of the captions, as WebVTT in UTF-8."""
    try:
        content = captions.written(file, VTT)
    except captions.Broken as error:
        raise Rejected(_("%(name)s: %(why)s.") % {"name": file.name, "why": error}) from error
    with TemporaryDirectory() as folder:
        path = Path(folder) / "captions.vtt"
        path.write_bytes(content)
        return uploads.one(SLOT, Media(path, VTT, len(content), name=file.name, sha256=file.sha256))
