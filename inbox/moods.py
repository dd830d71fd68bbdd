"""In which language people write and how it sounds: told when a message comes in, corrected by people, learned from them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.roles import Action
from accounts.verbs import Problem, must
from inbox.models import Conversation, Deed, Lesson, Message, Mood
from inbox.reading import mood as reading
from inbox.threads import change, tell_of

AT_ONCE = 1000  # older messages that one look reads
NONE: Mapping[str, Any] = MappingProxyType({"language": "", "mood": "", "mood_words": [], "mood_by_hand": False})


def columns(workspace: UUID, text: str) -> dict[str, Any]:
    """What a message of this text has in its columns."""
    return _columns(reading.read(text, learned(workspace, text)))


def learned(workspace: UUID, text: str) -> dict[str, float]:
    """What people of this workspace have taught about the words of a text."""
    stems = reading.stems(text)
    rows = Lesson.objects.filter(workspace_id=workspace, word__in=stems) if stems else Lesson.objects.none()
    return dict(rows.values_list("word", "weight"))


def _columns(found: reading.Reading) -> dict[str, Any]:
    words = [[word, weight] for word, weight in found.words]
    return {"language": found.language, "mood": found.mood, "mood_words": words, "mood_by_hand": False}


@transaction.atomic
def correct(message: Message, mood: str, by: Member) -> None:
    """A person says how it sounds. The words of it weigh otherwise from now on, in this workspace."""
    must(by, Action.REPLY)
    if mood not in Mood.values:
        raise Problem(_("Choose how it sounds: positive, neutral or negative."))
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    message.refresh_from_db()
    if message.mine or message.deleted:
        raise Problem(_("Only what people have said to you has a mood."))
    if message.mood == mood:
        return
    _learn(by.workspace_id, message.text, mood)
    Message.objects.filter(pk=message.pk).update(mood=mood, mood_by_hand=True)
    _show(conversation)
    Deed.objects.create(conversation=conversation, kind=Deed.Kind.MOOD, by=by.user, value=mood)
    tell_of(conversation)


def _learn(workspace: UUID, text: str, mood: str) -> None:
    taught = reading.lesson(text, reading.Mood(mood), learned(workspace, text))
    rows = [Lesson(workspace_id=workspace, word=word[:60], weight=weight) for word, weight in taught.items()]
    Lesson.objects.bulk_create(rows, update_conflicts=True, unique_fields=["workspace", "word"], update_fields=["weight"])


def _show(conversation: Conversation) -> None:
    """The list shows the latest of what was said to us."""
    latest = theirs(conversation)
    change(conversation, language=latest.language if latest else "", mood=latest.mood if latest else "")


def theirs(conversation: Conversation) -> Message | None:
    """The latest thing that was said to us."""
    return conversation.messages.filter(mine=False, deleted=False).order_by("-sent_at", "-pk").first()


def catch_up() -> int:
    """Read what came in before anything was read, the latest first; how many there were."""
    rows = Message.objects.filter(mood="", mine=False, deleted=False).select_related("conversation").order_by("-pk")
    found = list(rows.only("text", "conversation__workspace")[:AT_ONCE])
    for one in found:
        for name, value in columns(one.conversation.workspace_id, one.text).items():
            setattr(one, name, value)
    Message.objects.bulk_update(found, ["language", "mood", "mood_words"], batch_size=500)
    latest = Message.objects.filter(conversation=OuterRef("pk"), mine=False, deleted=False).order_by("-sent_at", "-pk")
    touched = Conversation.objects.filter(pk__in={one.conversation_id for one in found})
    touched.update(language=Subquery(latest.values("language")[:1]), mood=Subquery(latest.values("mood")[:1]))
    return len(found)
