"""Pinterest (API v5) as a practice network. https://developers.pinterest.com/docs/api/v5/introduction"""

from sandbox.pinterest.network import Pinterest

__all__ = ["Pinterest"]
