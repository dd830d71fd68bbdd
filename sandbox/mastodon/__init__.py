"""A Mastodon server as a practice network. https://docs.joinmastodon.org/client/intro/"""

from sandbox.mastodon.network import Mastodon

__all__ = ["Mastodon"]
