"""Captions of a channel's video, set while it is still private. https://developers.google.com/youtube/v3/docs/captions/insert"""

import io

from googleapiclient.http import MediaIoBaseUpload

from connectors import captions
from connectors.data import Outgoing, Progress
from connectors.errors import Rejected
from connectors.words import _
from connectors.youtube_comments import YouTubeComments

MOST_BYTES = 104_857_600  # discovery document, captions.insert
ANY_KIND = "application/octet-stream"  # the method takes no text type by name; YouTube reads the format from the content


class YouTubeCaptions(YouTubeComments):
    """The captions part of the connector."""

    def set_captions(self, post: Outgoing, progress: Progress) -> None:
        """Give the uploaded video its captions, once. Keeps "captions" (done) and "captions_begun"."""
        file = captions.chosen(post)
        if file is None or progress.get("captions") == (mark := f"{file.sha256 or file.path} {captions.language(post)}"):
            return
        # An earlier attempt may have got here without keeping it; to look costs 50 units of a day's 10,000, to set them 400.
        begun = progress.get("captions_begun")
        there = self._track(post, progress) if begun else ""
        if there and begun != mark:  # another file than at that attempt
            self.call(self.google.captions().delete(id=there))
        if not there or begun != mark:
            progress.keep(captions_begun=mark)
            self._insert_captions(post, progress)
        progress.keep(captions=mark)

    def _track(self, post: Outgoing, progress: Progress) -> str:
        """The id of the captions that the video has in the language of the post's, empty without."""
        found = self.call(self.google.captions().list(part="id,snippet", videoId=progress.get("video"))).get("items", [])
        same = [one for one in found if one["snippet"]["language"] == captions.language(post)]
        return next((str(one["id"]) for one in same if one["snippet"].get("trackKind", "standard") == "standard"), "")

    def _insert_captions(self, post: Outgoing, progress: Progress) -> None:
        file = captions.chosen(post)
        assert file is not None
        try:
            content = captions.written(file, file.mime_type)
        except captions.Broken as error:
            raise Rejected(_("%(name)s: %(why)s.") % {"name": file.name, "why": error}) from error
        snippet = {"videoId": progress.get("video"), "language": captions.language(post), "name": "", "isDraft": False}
        media = MediaIoBaseUpload(io.BytesIO(content), mimetype=ANY_KIND)
        self.call(self.google.captions().insert(part="snippet", body={"snippet": snippet}, media_body=media))
