"""Facebook Pages as a practice network. https://developers.facebook.com/docs/graph-api

Written from the documentation of Graph API v26.0. All of Facebook's hosts meet under this one address: graph, graph-video
(`/v26.0/...`), rupload (`/video-upload/...`) and www (`/v26.0/dialog/oauth`, the public pages).
"""

from sandbox.facebook import clips, insights, photos  # importing them puts their calls into the table of edges
from sandbox.facebook.network import Facebook

__all__ = ["Facebook", "clips", "insights", "photos"]
