"""The house keeps its shape: who may import whom, who may write what, where networks are named, how long things are.

Each rule is a function from a piece of code to what is wrong with it; it is tried on a bad sample before it judges SMO.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pytest

from connectors import NETWORKS
from sandbox.registry import NETWORKS as PRACTICE_NETWORKS
from smo.up.install import ROOT

PACKAGES = ("connectors", "accounts", "scheduler", "inbox", "analytics", "smo", "sandbox", "bench", "tests")

# Imports point one way. `smo` stands above the apps; the practice networks are a world of their own.
MAY_IMPORT: dict[str, set[str]] = {
    "connectors": set(),
    "sandbox": set(),
    "accounts": {"connectors"},
    "scheduler": {"connectors", "accounts"},
    "inbox": {"connectors", "accounts", "scheduler"},
    "analytics": {"connectors", "accounts", "scheduler"},
    "smo": {"connectors", "accounts", "scheduler", "inbox", "analytics"},
}
BELOW_MODELS = {"accounts.crypto", "accounts.roles"}  # what models are made of
EDGES = ("views", "tasks", "urls", "templatetags", "management", "middleware", "context")
PUBLISHES = {"scheduler/publishing.py", "inbox/delivering.py"}  # what leaves publish() or reply() may be anything
WRITES_STATUS = {"scheduler/machine/moving.py"}

# The registered networks and those to come. Words that mean something else as well (x, threads) are looked for as strings.
NAMES = "facebook|instagram|youtube|tiktok|pinterest|snapchat|linkedin|mastodon|bluesky|twitter|reddit|tumblr"
NAMED = re.compile(rf"\b({NAMES})\b", re.IGNORECASE)
MAY_NAME = ("connectors/", "sandbox/", "tests/", "bench/", "smo/demo/", "static/networks/")
INCLUDED = re.compile(r"""{% (?:include|extends) ["']([^"']+)["']""")
SHORT_NAMES = re.compile(r"""==\s*["'](x|threads)["']|["'](x|threads)["']\s*==|\{% (el)?if [^%]*["'](x|threads)["']""")

MOST_LINES, MOST_IN_VIEWS, MOST_IN_CONNECTORS, MOST_IN_FUNCTION = 400, 250, 350, 50


@dataclass(frozen=True)
class Code:
    """One file by its path below the root."""

    path: str
    text: str

    @property
    def package(self) -> str:
        return self.path.split("/")[0]

    @property
    def layer(self) -> str:
        """The second part of a module's name: `models`, `views`, `planning`, ..."""
        parts = self.path.removesuffix(".py").split("/")
        return parts[1] if len(parts) > 1 else ""

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The whole tree, walked once for all rules."""
        return list(ast.walk(self.tree))

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """(line, dotted name) of everything that is imported; `from a.b import c` is `a.b.c`."""
        found: list[tuple[int, str]] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        return found


Rule = Callable[[Code], Iterator[str]]


@pytest.fixture(scope="module")
def ours() -> list[Code]:
    """All Python of SMO, without migrations; its million nodes are let go of with the last rule."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts]
    return [Code(str(path.relative_to(ROOT)), path.read_text()) for path in [*paths, ROOT / "manage.py"]]


def on_screen() -> Iterable[Code]:
    """Templates, scripts and style sheets."""
    for pattern in ("templates/**/*.html", "templates/**/*.txt", "static/**/*.js", "static/**/*.css", "assets/*.js"):
        for path in sorted(ROOT.glob(pattern)):
            yield Code(str(path.relative_to(ROOT)), path.read_text())


# -- who imports whom -----------------------------------------------------------------------------------------------------


def directions(code: Code) -> Iterator[str]:
    """connectors <- accounts <- scheduler <- inbox, analytics <- smo; nobody imports the practice networks."""
    allowed = MAY_IMPORT.get(code.package)
    for line, name in code.imports if allowed is not None else ():
        other = name.split(".")[0]
        if other in PACKAGES and other != code.package and other not in (allowed or ()):
            yield f"line {line}: {code.package} imports {name}"


def no_django_in_connectors(code: Code) -> Iterator[str]:
    """A connector knows HTTP and its network, so that it can be read beside the network's page."""
    for line, name in code.imports if code.package == "connectors" else ():
        if name.split(".")[0] in ("django", "celery", "redis"):
            yield f"line {line}: a connector imports {name}"


def layers(code: Code) -> Iterator[str]:
    """models <- verbs <- tasks and views: models call no verb, verbs know no view."""
    if code.package not in ("accounts", "scheduler", "inbox", "analytics"):
        return
    for line, name in code.imports:
        package, _, rest = name.partition(".")
        layer = rest.split(".")[0]
        if package not in MAY_IMPORT or package == "connectors":
            continue
        if code.layer == "models" and layer != "models" and ".".join(name.split(".")[:2]) not in BELOW_MODELS:
            yield f"line {line}: models import {name}"
        if layer in EDGES and code.layer not in EDGES:
            yield f"line {line}: {code.layer} imports {name}"


# -- who writes what ------------------------------------------------------------------------------------------------------


def one_writer_of_status(code: Code) -> Iterator[str]:
    """A publication's status changes by compare-and-set in scheduler.machine.moving and nowhere else."""
    if code.path in WRITES_STATUS or code.package in ("tests", "bench", "sandbox", "connectors"):
        return
    name = r"publication|^(self|one|row|rows|child)$" if code.package == "scheduler" else r"publication"
    for node in code.nodes:
        if any(re.search(name, part, re.IGNORECASE) for written in written_status(node) for part in chain(written)):
            yield f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node)[:80]}"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(SQL_STATUS, node.value):
            yield f"line {node.lineno}: SQL writes the status"


SQL_STATUS = r"(?is)UPDATE\s+scheduler_publication\b.*\bSET\b(?:(?!\bWHERE\b).)*\bstatus\s*="
WRITERS = re.compile(r"(^|\.)(update|create|Publication|update_or_create|get_or_create)$")


def written_status(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions whose `status` a statement or call writes: `a.status = ...`, `a.update(status=...)`, `a.save(...)`."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (one.value for one in targets if isinstance(one, ast.Attribute) and one.attr == "status")
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        if WRITERS.search(name) and any(keyword.arg == "status" for keyword in node.keywords):
            yield node.func
        if name.endswith((".save", ".bulk_update")) and re.search(r"[\[(,] ?'status'", ast.unparse(node)):
            yield node.func


def chain(node: ast.AST) -> list[str]:
    """The names that an expression goes through, without arguments: `a.b(c).d` is d, b, a."""
    names: list[str] = []
    while isinstance(node, ast.Attribute | ast.Call):
        names += [node.attr] if isinstance(node, ast.Attribute) else []
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return [*names, node.id if isinstance(node, ast.Name) else ""]


def catches_everything(code: Code) -> Iterator[str]:
    """`except Exception` hides mistakes; only what an irreversible call throws must all be caught."""
    for node in code.nodes:
        if isinstance(node, ast.ExceptHandler) and code.path not in PUBLISHES:
            caught = ast.unparse(node.type) if node.type else "everything"
            if re.search(r"\b(Exception|everything)\b", caught):
                yield f"line {node.lineno}: except {caught}"


def begins_at_the_workspace(code: Code) -> Iterator[str]:
    """A view fetches through request.workspace, never from a model's manager: another workspace's row must be a 404."""
    if code.layer != "views":
        return
    for number, line in enumerate(code.text.splitlines(), 1):
        if found := re.search(
            r"\b[A-Z]\w+\.objects\.(get|create|all|in_bulk|\w+_or_create)\b|get_object_or_404\([A-Z]\w+", line
        ):
            yield f"line {number}: {found[0]}"


# -- names of networks ----------------------------------------------------------------------------------------------------


def names_no_network(code: Code) -> Iterator[str]:
    """A network is named in its connector, its practice network and their tests, so that a new one costs nothing else."""
    if code.path.startswith(MAY_NAME):
        return
    for number, line in enumerate(code.text.splitlines(), 1):
        if found := NAMED.search(line) or SHORT_NAMES.search(line):
            yield f"line {number}: {found[0]}"


def includes_what_there_is(code: Code) -> Iterator[str]:
    """A template that another one names exists: else its page breaks, but only when there is something to show."""
    for number, line in enumerate(code.text.splitlines(), 1):
        for name in INCLUDED.findall(line) if code.path.startswith("templates/") else ():
            if not (ROOT / "templates" / name).is_file():
                yield f"line {number}: there is no {name}"


# -- sizes ----------------------------------------------------------------------------------------------------------------


def short_files(code: Code) -> Iterator[str]:
    """400 lines, a connector's module 350, a screen's views 250."""
    lines = len(code.text.splitlines())
    most = MOST_IN_VIEWS if code.layer == "views" else MOST_IN_CONNECTORS if code.package == "connectors" else MOST_LINES
    if lines > most:
        yield f"{lines} lines, at most {most}"


def short_functions(code: Code) -> Iterator[str]:
    """A function fits on a screen."""
    for node in code.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_IN_FUNCTION:
                yield f"line {node.lineno}: {node.name} has {lines} lines, at most {MOST_IN_FUNCTION}"


# -- the rules can fail ---------------------------------------------------------------------------------------------------

BAD: list[tuple[Rule, str, str]] = [
    (directions, "accounts/bad.py", "from scheduler.models import Post"),
    (directions, "inbox/bad.py", "import analytics.models"),
    (directions, "scheduler/bad.py", "def late():\n    from smo.celery import app"),
    (directions, "smo/bad.py", "from sandbox.store import Store"),
    (directions, "sandbox/bad.py", "from connectors.data import Media"),
    (no_django_in_connectors, "connectors/bad.py", "from django.conf import settings"),
    (layers, "scheduler/models/bad.py", "from scheduler.planning import schedule"),
    (layers, "scheduler/models/bad.py", "from accounts.verbs import must"),
    (layers, "scheduler/planning.py", "from scheduler.views.posts import page"),
    (layers, "inbox/sync.py", "from inbox import tasks"),
    (one_writer_of_status, "scheduler/bad.py", "Publication.objects.filter(pk=1).update(status='published')"),
    (one_writer_of_status, "scheduler/bad.py", "post.publications.update(why='', status=Status.FAILED)"),
    (one_writer_of_status, "scheduler/bad.py", "publication.status = 'failed'"),
    (one_writer_of_status, "scheduler/bad.py", "publication.save(update_fields=['why', 'status'])"),
    (one_writer_of_status, "inbox/bad.py", "cursor.execute('UPDATE scheduler_publication SET why = 1, status = 2')"),
    (catches_everything, "accounts/bad.py", "try:\n    go()\nexcept Exception:\n    pass"),
    (catches_everything, "accounts/bad.py", "try:\n    go()\nexcept (ValueError, Exception) as error:\n    pass"),
    (catches_everything, "accounts/bad.py", "try:\n    go()\nexcept:\n    pass"),
    (begins_at_the_workspace, "scheduler/views/bad.py", "post = Post.objects.get(pk=pk)"),
    (begins_at_the_workspace, "scheduler/views/bad.py", "post = get_object_or_404(Post, pk=pk)"),
    (names_no_network, "scheduler/bad.py", "if channel.network == 'facebook':\n    pass"),
    (names_no_network, "scheduler/bad.py", 'if channel.network == "x":\n    pass'),
    (names_no_network, "templates/bad.html", '{% if channel.network == "x" %}'),
    (names_no_network, "static/js/bad.js", "const limit = { TikTok: 2200 };"),
    (includes_what_there_is, "templates/bad.html", '{% include "inbox/_gone.html" with at=now %}'),
    (short_files, "scheduler/bad.py", "pass\n" * 401),
    (short_files, "scheduler/views/bad.py", "pass\n" * 251),
    (short_files, "connectors/bad.py", "pass\n" * 351),
    (short_functions, "scheduler/bad.py", "def long():\n" + "    pass\n" * 50),
]
GOOD: list[tuple[Rule, str, str]] = [
    (directions, "scheduler/good.py", "from accounts.models import Channel\nfrom scheduler.models import Post"),
    (layers, "scheduler/models/good.py", "from accounts.models import Channel\nfrom accounts.crypto import SecretField"),
    (
        layers,
        "scheduler/views/good.py",
        "from scheduler.composing.forms import PostForm\nfrom scheduler.planning import at",
    ),
    (one_writer_of_status, "scheduler/machine/moving.py", "publication.status = 'failed'"),
    (one_writer_of_status, "scheduler/good.py", "Channel.objects.filter(pk=publication.channel_id).update(status='removed')"),
    (one_writer_of_status, "scheduler/good.py", "SQL = 'UPDATE scheduler_publication SET due_at = 1 WHERE status = 2'"),
    (one_writer_of_status, "inbox/good.py", "rows.update(status='sent')"),
    (begins_at_the_workspace, "scheduler/views/good.py", "post = get_object_or_404(request.workspace.posts, pk=pk)"),
    (catches_everything, "scheduler/publishing.py", "try:\n    go()\nexcept Exception:\n    pass"),
    (includes_what_there_is, "templates/good.html", '{% extends "base.html" %}'),
    (names_no_network, "scheduler/good.py", "moved = {'x': 1, 'y': 2}"),
    (names_no_network, "connectors/facebook.py", "slug = 'facebook'"),
    (short_functions, "scheduler/good.py", "def fits():\n" + "    pass\n" * 49),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD, ids=lambda value: getattr(value, "__name__", None))
def test_a_rule_notices_what_it_forbids(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Code(path, text)))


@pytest.mark.parametrize(("rule", "path", "text"), GOOD, ids=lambda value: getattr(value, "__name__", None))
def test_a_rule_lets_pass_what_it_allows(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Code(path, text))) == []


# -- and SMO keeps them ---------------------------------------------------------------------------------------------------


def broken(rule: Rule, codes: Iterable[Code]) -> str:
    """Every breach of a rule, one a line."""
    return "\n".join(f"{code.path}: {found}" for code in codes for found in rule(code))


@pytest.mark.parametrize(
    "rule",
    [
        directions,
        no_django_in_connectors,
        layers,
        one_writer_of_status,
        catches_everything,
        begins_at_the_workspace,
        names_no_network,
        short_files,
        short_functions,
    ],
    ids=lambda rule: rule.__name__,
)
def test_the_code_keeps_the_rule(rule: Rule, ours: list[Code]) -> None:
    assert broken(rule, ours) == ""


@pytest.mark.parametrize("rule", [names_no_network, includes_what_there_is], ids=lambda rule: rule.__name__)
def test_the_screens_keep_the_rule(rule: Rule) -> None:
    assert broken(rule, on_screen()) == ""


@pytest.mark.parametrize("slug", NETWORKS)
def test_every_network_has_what_a_network_costs(slug: str) -> None:
    assert (ROOT / "static" / "networks" / f"{slug}.svg").is_file()
    assert slug in PRACTICE_NETWORKS
    assert (ROOT / "tests" / "connectors" / f"test_{slug}.py").is_file()
    assert list((ROOT / "tests" / "sandbox").glob(f"test_{slug}*.py"))


def test_the_practice_networks_are_those_that_can_be_connected() -> None:
    assert list(PRACTICE_NETWORKS) == list(NETWORKS)
