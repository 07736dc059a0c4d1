"""A simulated device ends when it is asked to: with a server, without one, and with one that never answers."""

import asyncio
import os
import signal
import socket

import pytest

from tianmu.clinical.ecg.simulator import device as devices
from tianmu.clinical.ecg.simulator.command import _until_signal
from tianmu.clinical.ecg.simulator.device import Device, Told
from tianmu.clinical.ecg.simulator.signals import drawn


async def stopped(address: str, until: str) -> Told:
    """Run a device; send SIGTERM to the process once it has said `until`."""

    def heard(text: str) -> None:
        if until in text:
            os.kill(os.getpid(), signal.SIGTERM)

    device = Device(address, drawn(["sinus:5"], fs_hz=250), says=heard)
    if not until:
        asyncio.get_running_loop().call_later(0.3, os.kill, os.getpid(), signal.SIGTERM)
    found: Told = await asyncio.wait_for(_until_signal(device), 5)
    return found


def test_where_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"ws://127.0.0.1:{taken.getsockname()[1]}/"
        assert asyncio.run(stopped(address, "line lost")).ended == "stopped"


def test_where_the_server_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "GRACE_S", 0.3)

    async def silence(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()
        await writer.wait_closed()

    async def story() -> Told:
        async with await asyncio.start_server(silence, "127.0.0.1", 0) as server:
            told = await stopped(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", "")
            over.set()
            return told

    over = asyncio.Event()
    assert asyncio.run(story()).ended == "stopped"
