"""What can go wrong with a network, named by what the caller must do next.

The three kinds of ConnectorError prove that nothing was created. Any other exception that leaves
`Connector.publish` or `Replies.reply` means: unknown, somebody must look before it is repeated.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from connectors.words import _


class ConnectorError(Exception):
    """Nothing was created. `str()` is a sentence for the user, in the language of who made the call: the cause and the remedy.

    `said` keeps the network's own words (shortened, without secrets) for the timeline.
    """

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(_(message))
        self.said = said


class Rejected(ConnectorError):
    """The network will never take it as it is: a person edits."""


class Blocked(Rejected):
    """The outgoing request goes to an address that SMO must not talk to (the SSRF guard)."""


class Unauthorized(ConnectorError):
    """The account must be connected again."""


class NotNow(ConnectorError):
    """The same request may succeed later, at the earliest after `retry_in` where the network says so."""

    def __init__(self, message: str, said: str = "", retry_in: timedelta | None = None) -> None:
        super().__init__(message, said)
        self.retry_in = retry_in


class Working(NotNow):
    """The network still works on a file that it has. Nothing is wrong, so who asks again has not failed."""


class Doubt(Exception):
    """The request may or may not have been carried out (time-out, reset, 5xx): look before repeating."""

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(_(message))
        self.said = said


@contextmanager
def beforehand(sentence: str) -> Iterator[None]:
    """Around what is read and uploaded before anything is created: where it fails there is no doubt. `sentence` tells why."""
    try:
        yield
    except Doubt as error:
        raise NotNow(sentence, error.said) from error
