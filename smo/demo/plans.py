"""What the demo's posts are planned for: the weeks of its channels, what its campaigns say, labels."""

from datetime import time
from typing import Any

from scheduler.models import Colour, Label
from scheduler.plans import queues
from smo.demo import words
from smo.demo.workspace import Cast

EVERY_DAY, WORKDAYS, WEEKEND = range(7), range(5), (5, 6)
MORNINGS, EVENINGS = "Everyday", "Evenings"
Week = tuple[tuple[str, Any, str], ...]  # (time, weekdays, queue)
USUAL: Week = (("09:00", WORKDAYS, MORNINGS), ("11:00", WEEKEND, MORNINGS), ("18:00", (1, 3), EVENINGS))
WEEKS: dict[str, Week] = {
    "x": (("09:00", EVERY_DAY, MORNINGS), ("12:30", WORKDAYS, MORNINGS), ("18:00", EVERY_DAY, EVENINGS)),
    "facebook": (("09:00", WORKDAYS, MORNINGS), ("12:00", EVERY_DAY, MORNINGS), ("18:30", (2, 4, 6), EVENINGS)),
    "instagram": (("12:00", EVERY_DAY, MORNINGS), ("19:30", (1, 3, 5), EVENINGS)),
    "youtube": (("17:00", (2, 5), MORNINGS), ("18:30", (4, 6), EVENINGS)),
    "tiktok": (("18:30", EVERY_DAY, EVENINGS),),
    "snapchat": (("16:00", (4, 5), MORNINGS),),
}
SPEAKING = ("facebook", "x", "youtube", "instagram")  # where the campaigns are meant to be heard
MEANT = {words.ICE_COLD: (words.HOT, words.HOT_ES), words.WARMS: (words.COLD, words.POLAND)}
SAID: dict[str, dict[str, Any]] = {
    words.ICE_COLD: {
        "brief": "People in hot places should hear how cold it is, in numbers that they can feel: 38 °C outside, 3 °C inside."
        "\n\nPictures: ice, shade, water. Never show anybody who is suffering from the heat.\n"
        "Every second post ends with a question; who answers gets an answer within the hour.",
        "utm_content": "{channel}",
    },
    words.WARMS: {
        "brief": "The same bottle, for people whose day ends at three. Ginger and orange warm; a summer day is what they miss."
        "\n\nPictures: lights, blankets, snow through a window. In Norwegian where only Norwegians read it.",
        "utm_content": "{network}-winter",
    },
}
LABELS: dict[str, tuple[Colour, tuple[str, ...]]] = {
    "Recipes": (Colour.GREEN, ("recipe", "glass", "lime")),
    "Ginger": (Colour.ORANGE, ("ginger", "orange peel")),
    "Behind the scenes": (Colour.PURPLE, ("office", "kitchen", "crates", "van")),
    "Questions": (Colour.TEAL, ("?",)),
}


def plan_weeks(cast: Cast) -> None:
    """Slots for every channel, in two queues."""
    names = {
        name: queues.keep(name, colour, cast.marketer) for name, colour in ((MORNINGS, Colour.BLUE), (EVENINGS, Colour.PURPLE))
    }
    for network, channel in cast.channels.items():
        for at, days, queue in WEEKS.get(network, USUAL):
            queues.put(channel, days, time.fromisoformat(at), cast.marketer, names[queue])


def describe_campaigns(cast: Cast) -> None:
    """What their pages show beside the posts, and what goes into the links."""
    for name, campaign in cast.campaigns.items():
        given = {"utm_source": "{network}", "utm_medium": "social", "utm_campaign": "{campaign}", **SAID[name]}
        for field, value in given.items():
            setattr(campaign, field, value)
        campaign.owner = cast.marketer.user
        campaign.save()
        campaign.channels.set(cast.channels[network] for network in SPEAKING)
        campaign.audiences.set(cast.audiences[audience] for audience in MEANT[name])


def stick_labels(cast: Cast) -> None:
    """Labels on the posts whose texts call for them, and on the campaigns."""
    for name, (colour, wanted) in LABELS.items():
        label = Label.objects.create(workspace=cast.workspace, name=name, colour=colour)
        for post in cast.workspace.posts.all():
            if any(word in post.text.lower() for word in wanted):
                post.labels.add(label)
    cast.campaigns[words.WARMS].labels.set(cast.workspace.labels.filter(name="Ginger"))
