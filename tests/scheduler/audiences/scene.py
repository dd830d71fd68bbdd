"""What the tests of the audience matrix say again and again."""

from datetime import date
from typing import Any

from accounts.models import Workspace
from scheduler.models import Audience, Post
from scheduler.targeting.matrix import Matrix, matrix

JUNE, DECEMBER = date(2031, 6, 16), date(2031, 12, 15)
HERE = ["ES", "AU", "IS", "NZ"]


def audience(of: Workspace, name: str, **details: Any) -> Audience:
    return Audience.objects.create(workspace=of, name=name, **details)


def seen(post: Post) -> Matrix:
    """The matrix as it is kept."""
    return matrix(Post.objects.select_related("workspace").get(pk=post.pk))
