"""The server: every network of the registry under its slug, the control API, the pages."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.front import house_routes, routes_of
from sandbox.gate import Gate
from sandbox.hooks import Hooks
from sandbox.network import Network
from sandbox.registry import network_classes
from sandbox.render import HERE
from sandbox.store import Store


def build(directory: Path, origin: str) -> ASGIApp:
    """The application. `origin` is the server's public address (`http://127.0.0.1:8800`), used in permalinks."""
    store = Store(directory)
    faults = Faults(store.shelf(""))
    hooks = Hooks(store, faults)
    networks: dict[str, Network] = {slug: cls(store, faults, hooks, origin) for slug, cls in network_classes().items()}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        hooks.cancel()
        store.close()

    for network in networks.values():
        network.start()
    routes: list[BaseRoute] = [
        *(Mount(f"/{slug}", routes=[*network.routes, *routes_of(network)]) for slug, network in networks.items()),
        Mount("/_static", StaticFiles(directory=HERE / "static")),
        *Control(store, faults, networks).routes(),
        *house_routes(networks, faults),
    ]
    return Gate(Starlette(routes=routes, lifespan=lifespan), store, networks)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --store, --host, --origin."""
    parser.add_argument("--port", type=int, default=8800)
    parser.add_argument("--store", type=Path, required=True, help="directory of the practice networks' memory")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--origin", default="", help="public address, when it isn't http://HOST:PORT")


def serve(port: int, store: Path, host: str = "127.0.0.1", origin: str = "") -> None:
    """Run until interrupted."""
    app = build(store, origin or f"http://{host}:{port}")
    # httptools and uvloop: the fault gate resets connections through uvicorn's own transport, tested with these two.
    uvicorn.run(
        app, host=host, port=port, http="httptools", loop="uvloop", log_level="warning", access_log=False, proxy_headers=False,
        timeout_graceful_shutdown=2,
    )  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Entry of `python -m sandbox`."""
    parser = argparse.ArgumentParser(prog="sandbox", description="Practice networks over real HTTP")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    serve(options.port, options.store, options.host, options.origin)
