"""`manage.py demo`: all in one transaction, so that the demo is there as a whole or not at all, and no worker sees half."""

from django.conf import settings
from django.db import transaction

from smo.demo import answers, audiences, fans, plans, service, trouble
from smo.demo.posts import plan_future, tell_past
from smo.demo.practice import Practice
from smo.demo.workspace import demo_workspaces, set_up


def fill() -> bool:
    """Fill the demo's workspace, unless it is there. Whether it was filled. Raises practice.Unreachable."""
    if demo_workspaces().exists():
        return False
    with Practice(settings.SANDBOX_URL) as practice, transaction.atomic():
        cast = set_up(practice)
        cast.audiences = audiences.found(cast)
        plans.plan_weeks(cast)
        plans.describe_campaigns(cast)
        told = tell_past(cast, practice)
        fans.tell(cast, practice, told)
        service.promise(cast)
        service.date_back(cast, fans.ANSWERED_IN)
        plan_future(cast)
        plans.stick_labels(cast)
        answers.keep(cast)
        audiences.tailor(cast)
        trouble.brew(cast)
    return True
