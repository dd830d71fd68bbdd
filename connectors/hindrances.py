"""What cannot be done to something that was said, on any network: a network adds its own."""

from connectors.talk import Incoming, Moderation
from connectors.words import _

OF_OTHERS = frozenset({Moderation.HIDE, Moderation.UNHIDE, Moderation.LIKE, Moderation.UNLIKE, Moderation.BLOCK})
OF_PUBLIC = frozenset({Moderation.HIDE, Moderation.UNHIDE, Moderation.LIKE, Moderation.UNLIKE, Moderation.DELETE})


def general_hindrance(name: str, what: Moderation, to: Incoming) -> str:
    """Why `what` makes no sense for `to` on the network `name`; empty: it does."""
    if to.mine and what in OF_OTHERS:
        return _("We said this ourselves: it can only be deleted.")
    if to.kind == "message" and what in OF_PUBLIC:
        return _("This is a private message: on %(name)s that can be done with public comments only.") % {"name": name}
    if what == Moderation.BLOCK and not to.author.remote_id:
        return _("%(name)s does not tell who wrote this: block them there.") % {"name": name}
    return ""
