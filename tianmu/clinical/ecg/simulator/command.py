"""`tianmu ecg simulate-device`: stream a recording or a drawn rhythm to a platform, as a real device does."""

import argparse
import asyncio
import json
import signal
import sys
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from tianmu.clinical.ecg.simulator.device import Device, Manner, RefusedByServerError
from tianmu.clinical.ecg.simulator.signals import drawn, from_file
from tianmu.foundation.home import home

PATH = "/api/v1/ecg/live/send"


def run(arguments: argparse.Namespace) -> int:
    """Stream until the seconds are over or Ctrl+C; 1 when the server refuses."""
    patient = {key: getattr(arguments, key) for key in ("name", "sex", "birth_date", "identifier")}
    patient = {key: value for key, value in patient.items() if value}
    what = from_file(arguments.file) if arguments.file else drawn(arguments.rhythm or ["sinus"], fs_hz=arguments.fs)
    device = Device(
        address_of(arguments.url),
        what,
        token=arguments.token or demo_token(),
        patient=patient or None,
        place=arguments.place or "",
        manner=Manner(
            loss=arguments.loss,
            breaks_s=arguments.reconnect,
            pause_s=arguments.pause,
            seconds=arguments.seconds,
        ),
        says=(lambda _text: None) if arguments.json else _say,
    )
    try:
        told = asyncio.run(_until_signal(device))
    except RefusedByServerError as error:
        sys.stderr.write(f"refused: {error}\n")
        return 1
    found: dict[str, Any] = asdict(told)
    found.pop("times_ms")
    found["session"] = str(told.session)
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


async def _until_signal(device: Device) -> Any:  # noqa: ANN401 - what the device tells
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, device.stop)
    return await device.run()


def demo_token() -> str:
    """Return the token that the demo county left in the data folder; FileNotFoundError where there is none."""
    return (home() / "demo-device-token").read_text(encoding="utf-8").strip()


def address_of(url: str) -> str:
    """Return the WebSocket address for the address of a platform."""
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    return f"{scheme}://{parts.netloc}{PATH}"


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
