"""Notices by mail: each mail goes out at most once. A notice is due until somebody takes it, and who takes it sends it."""

import logging
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Case, F, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.languages import addressing
from accounts.models import Member, Notice
from accounts.saying import sentence

log = logging.getLogger("smo.mail")
MOST = 500  # notices at once: the next look takes the rest


def send_due() -> int:
    """Send what is due, one mail to each member; how many mails. May run in several places at once."""
    due = Notice.objects.filter(mail_due_at__lte=timezone.now()).order_by("mail_due_at")
    found = list(due.select_related("member__user", "member__workspace", "workspace")[:MOST])
    taken = sorted((one for one in found if _take(one)), key=attrgetter("member_id"))
    return sum(_send(notices[0].member, notices) for notices in (list(group) for _member, group in _by_member(taken)))


def _by_member(notices: Iterable[Notice]) -> Iterable[tuple[int, Iterable[Notice]]]:
    return groupby(notices, key=attrgetter("member_id"))


def _take(notice: Notice) -> bool:
    """Whether it is ours to send. What is not shown in the app counts anew from here."""
    ours = Notice.objects.filter(pk=notice.pk, mail_due_at=notice.mail_due_at, count=notice.count)
    left = Case(When(shown=True, then=F("count")), default=Value(0))
    return bool(ours.update(mail_due_at=None, mailed_at=timezone.now(), count=left))


def _send(member: Member, notices: list[Notice]) -> int:
    """One mail with all of them. A mail that cannot be sent is not sent again: the notice stands in the app."""
    with addressing(member), timezone.override(member.workspace.zone):
        lines = [(sentence(one), _moment(one.made_at), f"{settings.BASE_URL}{one.leads_to}") for one in notices]
        subject = lines[0][0] if len(lines) == 1 else _many(len(lines))
        shown = {"member": member, "lines": lines, "choices": f"{settings.BASE_URL}{reverse('notice-choices')}"}
        text = render_to_string("accounts/notices_mail.txt", shown)
        title = f"{member.workspace.name}: {' '.join(subject.split())}"
    try:
        return send_mail(title[:150], text, None, [member.user.email])
    except OSError as error:  # what SMTP may answer is one as well
        log.warning("mail not sent member=%s error=%s", member.pk, type(error).__name__)
        return 0


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _many(count: int) -> str:
    return ngettext("%(count)d notice", "%(count)d notices", count) % {"count": count}
