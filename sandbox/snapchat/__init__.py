"""Snapchat (Public Profile API) as a practice network. https://developers.snap.com/api/marketing-api/Public-Profile-API/Introduction"""

from sandbox.snapchat.network import Snapchat

__all__ = ["Snapchat"]
