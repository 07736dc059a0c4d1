"""What one would write in an afternoon: JSON in, JSON out to everybody; it stores and judges nothing."""

import asyncio
import json
import sys
from collections import defaultdict

from websockets.asyncio.server import ServerConnection, serve

watching: dict[str, set[ServerConnection]] = defaultdict(set)


async def served(line: ServerConnection) -> None:
    """Give what a device sends to every screen that watches it."""
    said = json.loads(await line.recv())
    key = said["session"]
    if said["who"] == "screen":
        watching[key].add(line)
        await line.wait_closed()
        watching[key].discard(line)
        return
    async for message in line:
        frame = json.loads(message)
        for screen in list(watching[key]):
            await screen.send(json.dumps(frame))


async def main(port: int) -> None:
    """Serve until killed."""
    async with serve(served, "127.0.0.1", port, compression=None):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
