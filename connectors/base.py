"""The contract between SMO and a network: what a connector is, and what may be asked of it.

A connector is class constants plus a few methods in one file, bound to one account. It knows HTTP and the
network; it knows no Django, no rows, no retries. What a network can do is said by the methods that its
connector has: see the protocols at the end. Data in and out is in `connectors.data`, errors in `connectors.errors`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, runtime_checkable

from requests import Response

from connectors.data import (
    Accepted,
    Account,
    App,
    Cover,
    Limits,
    Look,
    Media,
    Outgoing,
    Pause,
    Pictured,
    Problem,
    Progress,
    Quota,
    Sent,
    Targeting,
    Tokens,
    Uncertain,
)
from connectors.hindrances import general_hindrance
from connectors.http import Http, judge_status
from connectors.options import Option
from connectors.problems import general_problems
from connectors.talk import Hook, Incoming, Leave, Moderation, Person, Reaction, Span


class Connector(ABC):
    """One account on one network. Constants first, then the order of a post's life."""

    slug: ClassVar[str]
    name: ClassVar[str]
    documentation: ClassVar[str] = ""
    hosts: ClassVar[tuple[str, ...]]
    limits: ClassVar[Limits]
    options: ClassVar[tuple[Option, ...]] = ()
    quotas: ClassVar[tuple[Quota, ...]] = ()
    no_inbox: ClassVar[str] = ""  # why nothing that people say can be read, where that is so, and what to do: a sentence
    scopes: ClassVar[Mapping[str, str]] = {}  # scope -> why we ask for it, a sentence for the user
    rules: ClassVar[tuple[str, ...]] = ()
    comments: ClassVar[bool] = False  # a first comment can follow a post
    pictured: ClassVar[Mapping[str, Pictured]] = {}  # kinds of conversations whose answers can carry a picture: `Illustrates`
    retold: ClassVar[frozenset[str]] = frozenset()  # kinds of conversations whose readings tell all that hangs on edited words
    answers_fall: ClassVar[bool] = False  # deleting a comment deletes the answers to it, and nobody is told of them
    mention: ClassVar[str] = ""  # a pattern of what names somebody in a text here; empty: nothing does
    people_everywhere: ClassVar[bool] = False  # a person's id is the same for all our accounts there (on one server)
    asks_from: ClassVar[int] = 2  # letters of a name from which `FindsPeople` is worth asking
    cover: ClassVar[Cover] = Cover()
    look: ClassVar[Look] = Look()
    link_in_text: ClassVar[bool] = True  # a post's link goes into its text; False: the network has a field for it
    sign_in_fields: ClassVar[tuple[Option, ...]] = ()  # what `SignsIn` asks for
    home: ClassVar[str] = ""  # the usual server of a network that has many; accounts elsewhere name theirs
    min_lead: ClassVar[timedelta] = timedelta(minutes=2)  # how long before the time media preparation starts

    def __init__(self, account: Account, app: App, http: Http) -> None:
        self.account, self.app, self.http = account, app, http

    # -- before: what fits ----------------------------------------------------------------------------------------

    def length(self, text: str) -> int:
        """The length of `text` as the network counts it. Callable on a connector made by `checker()`."""
        return len(text)

    @classmethod
    def limits_for(cls, post: Outgoing) -> Limits:
        """The limits of what `post` becomes, where a network's kinds of posts differ."""
        return cls.limits

    @classmethod
    def checker(cls, account: Account = Account("")) -> "Connector":  # noqa: B008  # it is frozen
        """An instance without HTTP, for `length`, `problems`, `leave` and `hindrance` only; these two ask for the account."""
        return cls(account, App("", ""), Http(hosts=()))

    def problems(self, post: Outgoing) -> list[Problem]:
        """Everything that keeps `post` from going out as it is; a connector adds its own to the general ones."""
        return general_problems(self.name, self.limits_for(post), self.options, self.length(post.text), post)

    @classmethod
    def bound(cls, account: Account, app: App, on_pause: Callable[[Pause], None] | None = None) -> "Connector":
        """A connector for `account` with the HTTP seam that belongs to it."""
        return cls(account, app, cls.seam(app, on_pause))

    @classmethod
    def seam(cls, app: App, on_pause: Callable[[Pause], None] | None = None) -> Http:
        """The HTTP seam of this network: its hosts (or `app.base_url` in their place), its judge, its allowance headers."""
        return Http(
            hosts=cls.hosts, base_url=app.base_url, judge=cls.judge, pause=cls.pause, on_pause=on_pause, guarded=app.given
        )

    # -- the life of a post ---------------------------------------------------------------------------------------

    def prepare(self, post: Outgoing, progress: Progress) -> None:  # noqa: B027  # a network without uploads has none
        """Upload what the post needs and keep the ids in `progress`. May be repeated at will; nothing shows in public."""

    @abstractmethod
    def publish(self, post: Outgoing, progress: Progress) -> Sent | Accepted:
        """The one irreversible call. Raises ConnectorError only when nothing was created; any other exception: unknown."""

    # -- what its rules allow -------------------------------------------------------------------------------------

    def leave(self, to: Incoming, now: datetime) -> Leave:
        """Whether, and until when, the network's rules let us answer `to`."""
        return Leave()

    def hindrance(self, what: Moderation, to: Incoming) -> str:
        """Why `what` cannot be done to `to`, and what to do instead; empty: it can be tried."""
        return general_hindrance(self.name, what, to)

    # -- what responses mean --------------------------------------------------------------------------------------

    @classmethod
    def judge(cls, response: Response) -> None:
        """Raise the ConnectorError that `response` proves, or Doubt for one that proves nothing. The HTTP seam calls it.

        The general table is `connectors.http.judge_status`; a connector reads the network's own codes first.
        """
        judge_status(cls.name, response)

    @classmethod
    def pause(cls, response: Response) -> Pause | None:
        """What the response's headers say about the allowance that is left; None: go on."""
        return None


# -- capabilities: had by having the method --------------------------------------------------------------------------


@runtime_checkable
class Renews(Protocol):
    """Has tokens that can be renewed and given back."""

    @classmethod
    def refresh(cls, app: App, http: Http, tokens: Tokens) -> Tokens: ...
    @classmethod
    def revoke(cls, app: App, http: Http, tokens: Tokens) -> None: ...


@runtime_checkable
class Connects(Renews, Protocol):
    """Accounts are connected by OAuth in the browser. `connectors.oauth.OAuth2` gives most of it from constants."""

    @classmethod
    def authorize_url(cls, app: App, redirect_uri: str, state: str, verifier: str) -> str: ...
    @classmethod
    def exchange(cls, app: App, http: Http, code: str, redirect_uri: str, verifier: str) -> Tokens: ...
    @classmethod
    def accounts(cls, app: App, http: Http, tokens: Tokens) -> list[Account]: ...


@runtime_checkable
class SignsIn(Renews, Protocol):
    """Accounts are connected with what a person types into a form (`sign_in_fields`), not on a consent page.

    `server` in the answers, where it is asked for, is the address that `app.base_url` holds.
    """

    @classmethod
    def sign_in(cls, app: App, http: Http, answers: Mapping[str, str]) -> list[Account]: ...


@runtime_checkable
class Registers(Protocol):
    """Has many servers, each of which registers apps by itself: a person names the server, then it is as with `Connects`."""

    @classmethod
    def register(cls, http: Http, base_url: str, redirect_uri: str) -> App: ...


@runtime_checkable
class Confirms(Protocol):
    """Can be asked whether a doubtful post is there. None: it was not there at this look."""

    def confirm(self, post: Outgoing, progress: Progress, doubt: Uncertain) -> Sent | Accepted | None: ...


@runtime_checkable
class Deletes(Protocol):
    """Can take a post down again. Deleting what is already gone is no error."""

    def delete(self, remote_id: str) -> None: ...


@runtime_checkable
class Targets(Protocol):
    """Can show a post to an audience only: gives the exact fields that would be sent, and whether they hide it from others."""

    def targeting_fields(self, targeting: Targeting) -> Mapping[str, Any]: ...
    def hides(self, targeting: Targeting) -> bool: ...


@runtime_checkable
class FindsPeople(Protocol):
    """Can look for people to name in a text by the beginning of a name. What is written is `Person.mention`."""

    def people(self, words: str) -> tuple[Person, ...]: ...


@runtime_checkable
class Inbox(Protocol):
    """Can read what people say to the account since a moment, oldest first. `posts`: remote ids of our recent posts."""

    def incoming(self, since: datetime, posts: Sequence[str]) -> Iterable[Incoming]: ...


@runtime_checkable
class ReadsBack(Protocol):
    """Can read a part of the past, so that a long one is read in bounded steps. `posts`: those of ours that went out in it."""

    def past(self, span: Span, posts: Sequence[str]) -> Iterable[Incoming]: ...


@runtime_checkable
class TellsReactions(Protocol):
    """Can be asked for reactions to private messages that were read before: in conversations with a reaction since a moment,
    and in `threads`, where we know of some. By messages' remote ids, all that there are to each; empty: none is left."""

    def reactions(self, since: datetime, threads: Sequence[str]) -> Iterable[Mapping[str, Sequence[Reaction]]]: ...


@runtime_checkable
class Replies(Protocol):
    """Can answer. The same promise as `publish`: a ConnectorError proves that nothing was created."""

    def reply(self, to: Incoming, text: str, key: str) -> Sent: ...
    def find_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None: ...


@runtime_checkable
class Illustrates(Replies, Protocol):
    """Can answer with a picture, in conversations of the kinds in `pictured`. It promises what `reply` does.

    The `picture` is a video where these are taken. What its upload reaches is kept in `progress`, and Working is raised while
    the network works on it: the next call goes on there. `text` is empty where it goes alone; then nothing but its time tells
    it from another one. `taken`: remote ids of ours that cannot be this answer.
    """

    def illustrate(self, to: Incoming, text: str, picture: Media, key: str, progress: Progress) -> Sent: ...
    def find_illustrated(self, to: Incoming, text: str, since: datetime, taken: frozenset[str]) -> Sent | None: ...


@runtime_checkable
class Moderates(Protocol):
    """Things done to what people said, beside answering. A network has the method `moderate` and names its deeds."""

    moderations: ClassVar[frozenset[Moderation]]

    def moderate(self, what: Moderation, to: Incoming) -> None: ...


@runtime_checkable
class AnswersPrivately(Protocol):
    """Can answer a public comment by a private message. The same promise as `Replies`."""

    def private_leave(self, to: Incoming, now: datetime) -> Leave: ...
    def reply_privately(self, to: Incoming, text: str, key: str) -> Sent: ...
    def find_private_reply(self, to: Incoming, text: str, since: datetime) -> Sent | None: ...


@runtime_checkable
class Fetches(Protocol):
    """Can bring what a webhook only names (`Hook.unread`). None: it is gone, or not for us."""

    def fetch(self, reference: str) -> Incoming | None: ...


@runtime_checkable
class Hooks(Protocol):
    """Sends webhooks to our app. They belong to the app, not to one account."""

    @classmethod
    def handshake(cls, app: App, query: Mapping[str, str], secret: str) -> str | None: ...
    @classmethod
    def hooks(cls, app: App, headers: Mapping[str, str], body: bytes) -> Iterator[Hook]: ...
    def subscribe(self, callback_url: str, secret: str) -> None: ...


@runtime_checkable
class StampsHooks(Protocol):
    """Its webhooks say when they were signed: one that comes `stale` may be somebody's repetition, and is not let in."""

    @classmethod
    def stale(cls, headers: Mapping[str, str], now: datetime) -> bool: ...
