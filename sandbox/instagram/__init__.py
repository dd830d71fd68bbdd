"""Instagram's professional accounts as a practice network, in the product with Facebook Login.
https://developers.facebook.com/docs/instagram-platform

Written from the documentation of Graph API v26.0. All hosts meet under this one address: graph (`/v26.0/...`), rupload
(`/ig-api-upload/...`) and www (`/v26.0/dialog/oauth`); the public pages stand for instagram.com.
"""

from sandbox.instagram.network import Instagram

__all__ = ["Instagram"]
