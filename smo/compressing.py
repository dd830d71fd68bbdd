"""Pages on the wire: what is written at once is compressed; what is streamed (files, live news) goes as it is."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class Compressing(GZipMiddleware):
    """Django's own, with its random bytes against guessing secrets from lengths."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """A stream would wait in the compressor's buffer: news would come late."""
        return response if response.streaming else super().process_response(request, response)
