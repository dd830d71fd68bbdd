"""The practice TikTok: Login Kit, Content Posting API, Display API. https://developers.tiktok.com/doc/content-posting-api-get-started"""

from sandbox.tiktok.network import TikTok

__all__ = ["TikTok"]
