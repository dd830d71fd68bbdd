"""`manage.py publish_once`: one post through a connector, without the web app: to try a real account."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError

from accounts.networks import PRACTICE_CLIENT
from accounts.verbs import Problem
from connectors import NETWORKS, connector
from connectors.base import Confirms, Connector, Connects, SignsIn
from connectors.data import Accepted, Account, App, Media, Outgoing, Progress, Sent, Tokens, Uncertain
from connectors.errors import ConnectorError, Doubt, NotNow
from scheduler.library.media import identify

Result = TypeVar("Result")
PATIENCE = timedelta(minutes=10)  # for a network that still works on what it took


class Command(BaseCommand):
    """Needs no database, no Redis and no worker. What it does not know after the call, it looks up and says."""

    help = "Publish one post through a connector"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--network", required=True, choices=list(NETWORKS))
        parser.add_argument(
            "--token", default="", help="an access token with the permissions to publish; --token=... if it begins with a dash"
        )
        parser.add_argument(
            "--sign-in", nargs="*", default=[], metavar="NAME=VALUE", help="instead of a token: the form's answers"
        )
        parser.add_argument("--account", default="", help="remote id of the page or profile; needed when the token has several")
        parser.add_argument("--text", default="")
        parser.add_argument("--link", default="")
        parser.add_argument("--media", nargs="*", default=[], metavar="FILE")
        parser.add_argument("--alt", nargs="*", default=[], metavar="TEXT", help="alt texts, in the order of the files")
        parser.add_argument("--option", nargs="*", default=[], metavar="NAME=VALUE", help="the network's options")
        parser.add_argument("--url", default="", help="where the network's API answers, if not at its usual address")
        parser.add_argument("--client", default="", metavar="ID:SECRET", help="the app's keys, for networks that sign calls")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, publish, and say what came of it."""
        client = options["client"].partition(":") if options["client"] else (PRACTICE_CLIENT[0], "", PRACTICE_CLIENT[1])
        network = connector(options["network"])
        app = App(client[0], client[2], options["url"] or network.home)
        try:
            bound = network.bound(self._account(network, app, options), app)
            post = self._post(network, options)
            self._publish(bound, post, Progress())
        except (ConnectorError, Doubt) as error:
            raise CommandError(f"{error} ({error.said})" if error.said else str(error)) from error

    def _account(self, network: type[Connector], app: App, options: dict[str, Any]) -> Account:
        if issubclass(network, SignsIn) and options["sign_in"]:
            found = network.sign_in(app, network.seam(app), pairs(options["sign_in"]))
        elif options["account"] or not issubclass(network, Connects):
            return Account(options["account"], tokens=Tokens(options["token"]))
        else:
            found = network.accounts(app, network.seam(app), Tokens(options["token"]))
        if len(found) != 1:
            listed = "".join(f"\n  --account {one.remote_id}  {one.name}" for one in found)
            raise CommandError(f"The token opens {len(found)} accounts; name one:{listed}")
        return found[0]

    def _post(self, network: type[Connector], options: dict[str, Any]) -> Outgoing:
        given = {option.name: option.empty() for option in network.options} | typed(network, pairs(options["option"]))
        alts = [*options["alt"], *[""] * len(options["media"])]
        media = tuple(as_media(Path(name), alt) for name, alt in zip(options["media"], alts, strict=False))
        text, link = options["text"], options["link"]
        if link and network.link_in_text:
            text, link = f"{text}\n\n{link}".strip(), ""
        post = Outgoing(key=uuid4().hex, text=text, link=link, media=media, options=given)
        if problems := network.checker().problems(post):
            raise CommandError("\n".join(f"{problem.field}: {problem}" for problem in problems))
        return post

    def _publish(self, bound: Connector, post: Outgoing, progress: Progress) -> None:
        started = datetime.now(UTC)
        if post.media:
            patiently(lambda: bound.prepare(post, progress))
        try:
            result: Sent | Accepted | None = patiently(lambda: bound.publish(post, progress))
        except Doubt as error:
            self.stderr.write(f"Nobody knows whether it arrived ({error}). Looking...")
            result = None
        while not isinstance(result, Sent):
            result = self._look(bound, post, progress, started, result)
        self.stdout.write(f"It is there: {result.url or result.remote_id}")

    def _look(
        self, bound: Connector, post: Outgoing, progress: Progress, started: datetime, result: Accepted | None
    ) -> Sent | Accepted | None:
        """One look, after the time that the network asks for."""
        if not isinstance(bound, Confirms):
            raise CommandError("This network cannot be asked whether the post is there: look yourself before you try again.")
        if datetime.now(UTC) - started > PATIENCE:
            raise CommandError("The network gave no answer in time: look yourself before you try again.")
        time.sleep(min(result.check_in.total_seconds(), 20) if result else 5)
        handle = result.handle if result else ""
        found = bound.confirm(post, progress, Uncertain(started, handle))
        if found is None and datetime.now(UTC) - started > timedelta(minutes=2):
            raise CommandError("It is not there: you can try again.")
        return found or result


def pairs(given: list[str]) -> dict[str, str]:
    """`NAME=VALUE` words as a dict."""
    if wrong := [one for one in given if "=" not in one]:
        raise CommandError(f"Write NAME=VALUE instead of {wrong[0]}.")
    return dict(one.split("=", 1) for one in given)


def typed(network: type[Connector], given: dict[str, str]) -> dict[str, Any]:
    """Options as the connector wants them: flags and numbers from their words, lists from `a|b`."""
    known = {option.name: option for option in network.options}
    if unknown := given.keys() - known.keys():
        raise CommandError(f"{network.name} has no option {', '.join(sorted(unknown))}; it has {', '.join(known) or 'none'}.")
    turned: dict[str, Callable[[str], Any]] = {
        "flag": lambda value: value.lower() in ("1", "yes", "true"),
        "number": int,
        "texts": lambda value: [part for part in value.split("|") if part],
    }
    return {name: turned.get(known[name].kind, str)(value) for name, value in given.items()}


def as_media(path: Path, alt: str) -> Media:
    """A file on disk as a connector sees it. Raises CommandError for what is neither picture nor video."""
    if not path.is_file():
        raise CommandError(f"{path} is not there.")
    with path.open("rb") as opened:
        try:
            mime_type, width, height, seconds = identify(File(opened), path.name)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
    return Media(str(path), mime_type, path.stat().st_size, path.name, alt, width, height, seconds)


def patiently(step: Callable[[], Result]) -> Result:
    """Repeat what the network is not ready for yet: NotNow proves that nothing was created."""
    ends = time.monotonic() + PATIENCE.total_seconds()
    while True:
        try:
            return step()
        except NotNow as error:
            if time.monotonic() > ends:
                raise
            time.sleep(min((error.retry_in or timedelta(seconds=5)).total_seconds(), 20))
