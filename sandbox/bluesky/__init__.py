"""The practice Bluesky: a personal data server with its AppView and the video service in one. https://docs.bsky.app/docs"""

from sandbox.bluesky.network import Bluesky

__all__ = ["Bluesky"]
