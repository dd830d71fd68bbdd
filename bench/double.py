"""The other side of a publishing call, as cheap as Python allows: `python -m bench.double PORT`.

Answers every POST as X answers a new post, after the delay that `PUT /delay` (milliseconds as the body) set last.
"""

import asyncio
import itertools
import sys
from typing import cast

_ids = itertools.count(1_860_000_000_000_000_000)
_delay = 0.0


class Answers(asyncio.Protocol):
    """One connection, kept alive; requests come one after the other."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = _length(head)
        if len(body) < length:
            return
        self.buffer = body[length:]
        if head.startswith(b"PUT /delay"):
            self._set_delay(body[:length])
        elif _delay:
            asyncio.get_running_loop().call_later(_delay, self._answer)
        else:
            self._answer()

    def _set_delay(self, milliseconds: bytes) -> None:
        global _delay
        _delay = float(milliseconds) / 1000
        self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    def _answer(self) -> None:
        body = b'{"data":{"id":"%d","text":"","edit_history_tweet_ids":[]}}' % next(_ids)
        self.transport.write(
            b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
        )


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def serve(port: int) -> None:
    """Answer on loopback until killed."""
    server = await asyncio.get_running_loop().create_server(Answers, "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
