"""The practice TikTok of businesses: the Accounts API of TikTok's API for Business. https://business-api.tiktok.com/portal/docs"""

from sandbox.tiktok_business.network import TikTokBusiness

__all__ = ["TikTokBusiness"]
