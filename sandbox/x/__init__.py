"""X (API v2) as a practice network. https://docs.x.com/x-api/introduction"""

from sandbox.x.network import X

__all__ = ["X"]
