"""Captions and the picture of a Page's video. https://developers.facebook.com/docs/graph-api/reference/video/captions

Captions are given to the finished video, when the post is out already: what goes wrong there is noted and never makes the
post itself go out again.
"""

from datetime import timedelta

from connectors import captions
from connectors.data import JPEG, PNG, SRT, Accepted, Outgoing, Progress, Sent
from connectors.errors import ConnectorError, Doubt, NotNow
from connectors.meta import Meta
from connectors.options import File
from connectors.words import _

MOST_BYTES = 1_000_000  # [U] the page names none; captions of an hour have a tenth of it
TRIES, PAUSE = 3, timedelta(minutes=1)
# `thumb` of POST /{page}/videos; [U] its size, which we hold within that of a photo.
THUMB = File(name="thumb", label="Thumbnail", help="For a video that is no reel.", mime_types=(JPEG, PNG), max_bytes=10_000_000)
# Facebook wants a language with its country; [U] which it takes beyond those of its interface.
COUNTRIES = {
    "ar": "AR", "cs": "CZ", "da": "DK", "el": "GR", "en": "US", "et": "EE", "he": "IL", "hi": "IN", "ja": "JP", "ko": "KR",
    "nb": "NO", "pt": "BR", "sl": "SI", "sv": "SE", "uk": "UA", "vi": "VN", "zh": "CN",
}  # fmt: skip


class PageCaptions(Meta):
    """The captions part of a Page's connector."""

    def with_captions(
        self, found: Sent | Accepted | None, video: str, post: Outgoing, progress: Progress
    ) -> Sent | Accepted | None:
        """What was found, once the video that is out has its captions, or has been refused them. Keeps "captions"."""
        if not isinstance(found, Sent) or captions.chosen(post) is None or progress.get("captions"):
            return found
        try:
            self._give(video, post)
            progress.keep(captions="given")
        except (NotNow, Doubt) as error:  # the same captions twice are one track: to repeat is safe
            tries = int(progress.get("captions_tries") or 0) + 1
            if tries < TRIES:
                progress.keep(captions_tries=str(tries))
                return Accepted(video, PAUSE)
            progress.keep(captions="refused", after=_missing(error))
        except (ConnectorError, captions.Broken, OSError) as error:
            progress.keep(captions="refused", after=_missing(error))
        return found

    def _give(self, video: str, post: Outgoing) -> None:
        file = captions.chosen(post)
        assert file is not None
        locale = locale_of(captions.language(post))
        content = captions.written(file, SRT)  # the only kind that Facebook takes; the locale is read from the file's name
        part = (f"captions.{locale}.srt", content, "application/x-subrip")
        self.graph.post(f"{video}/captions", files={"captions_file": part}, default_locale=locale)


def locale_of(code: str) -> str:
    """`pl` as pl_PL, `pt-BR` as pt_BR."""
    language, _dash, rest = code.partition("-")
    country = rest if len(rest) == 2 else COUNTRIES.get(language, language)
    return f"{language}_{country.upper()}"


def _missing(error: Exception) -> str:
    return _("The video is out without its captions (%(why)s): add them on Facebook.") % {"why": str(error).rstrip(".")}
