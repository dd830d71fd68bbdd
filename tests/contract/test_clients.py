"""What is promised of all HTTP clients, those in the networks' libraries included: proxies, authorities, no retries."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import pytest

from connectors import NETWORKS, connector, connectors
from connectors import http as seam
from connectors.base import Deletes
from connectors.data import Account, App, Outgoing, Progress, Tokens
from connectors.errors import ConnectorError, Doubt
from tests.contract.files import Files
from tests.contract.proxy import Proxy, running
from tests.contract.samples import CASTS

HOSTS = sorted({host for kind in connectors() for host in kind.hosts})


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with running(tmp_path_factory.mktemp("proxy"), HOSTS) as found:
        yield found


@pytest.fixture
def proxy(opened: Proxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Named by the environment, which names no authority."""
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NO_PROXY", "no_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", opened.url)
    seam._proxies.cache_clear()
    opened.asked.clear()
    opened.seen.clear()
    yield opened
    seam._proxies.cache_clear()


def steps(network: str, files: Files) -> list[Callable[[], object]]:
    """What a connector says to its network on the internet: to upload, to publish and to delete."""
    kind, sample = connector(network), CASTS[network].samples[0]
    account = Account("1234", "Polar Fizz", "polarfizz", Tokens("token", "refresh"))
    asked = kind.bound(account, App("id", "secret"))
    media = tuple(files.media(name) for name in sample.files)
    post = Outgoing("key", sample.text, media, options=sample.options)
    prepares = partial(asked.prepare, post, Progress())
    publishes = partial(asked.publish, post, Progress({"video": "AbCdEfGhIjK"}))
    return [prepares, publishes, *([partial(asked.delete, "1234")] if isinstance(asked, Deletes) else [])]


def speaks(network: str, files: Files) -> None:
    """All of the steps, none of which succeeds here."""
    for step in steps(network, files):
        with suppress(ConnectorError, Doubt):
            step()


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("network", NETWORKS)
def test_proxy_and_authority_of_the_environment_are_used(
    proxy: Proxy, files: Files, network: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(proxy.authority))
    speaks(network, files)
    hosts = set(connector(network).hosts)
    assert proxy.asked
    assert set(proxy.asked) <= hosts
    assert [host for host, _ in proxy.seen] == proxy.asked, "each tunnel carried one request, as every answer closed it"


@pytest.mark.parametrize("network", NETWORKS)
def test_an_unknown_authority_is_not_trusted(proxy: Proxy, files: Files, network: str) -> None:
    speaks(network, files)
    assert proxy.asked
    assert proxy.seen == []


@pytest.mark.parametrize("network", NETWORKS)
def test_a_server_error_is_not_answered_by_trying_again(
    proxy: Proxy, files: Files, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By none of tweepy, googleapiclient, facebook-sdk, requests and urllib3."""
    monkeypatch.setenv("SSL_CERT_FILE", str(proxy.authority))
    for step in steps(network, files):
        with suppress(ConnectorError, Doubt):
            step()
        assert len(set(proxy.seen)) == len(proxy.seen)
        proxy.seen.clear()


def test_the_pool_of_connections_repeats_and_follows_nothing() -> None:
    session = connector("x").seam(App("", "")).session
    assert [adapter.max_retries.total for adapter in session.adapters.values()] == [0, 0]  # type: ignore[attr-defined]
