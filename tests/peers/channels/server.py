"""Django Channels behind daphne, as the chat of seed 001 runs it. Prints {"port": N}; ends with its standard input."""

import asyncio
import json
import os
import socket
import sys
import threading
import time

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="test", ALLOWED_HOSTS=["*"], CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from daphne.endpoints import build_endpoint_description_strings  # noqa: E402
from daphne.server import Server  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.urls import path  # noqa: E402


class Chat(AsyncWebsocketConsumer):
    """Takes part in the broadcast of heartbeats."""

    publisher = None

    async def connect(self):
        if Chat.publisher is None:
            Chat.publisher = asyncio.ensure_future(publish_heartbeat_forever())
        await self.channel_layer.group_add("broadcast", self.channel_name)
        await self.accept()
        await self.send(text_data=json.dumps({"message": "welcome"}))

    async def disconnect(self, code):
        await self.channel_layer.group_discard("broadcast", self.channel_name)

    async def server_heartbeat(self, event):
        await self.send(text_data=json.dumps(event["payload"]))


class Mute(AsyncWebsocketConsumer):
    """Accepts, and never sends a heartbeat."""


class Denied(AsyncWebsocketConsumer):
    """Refuses the handshake."""

    async def connect(self):
        await self.close()


class Kicked(AsyncWebsocketConsumer):
    """Accepts and closes at once with a code of its own."""

    async def connect(self):
        await self.accept()
        await self.close(code=4401)


async def publish_heartbeat_forever():
    while True:
        ts = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        await get_channel_layer().group_send("broadcast", {"type": "server.heartbeat", "payload": {"ts": ts}})
        await asyncio.sleep(0.3)


application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": URLRouter(
            [
                path("ws/chat/", Chat.as_asgi()),
                path("ws/mute/", Mute.as_asgi()),
                path("ws/denied/", Denied.as_asgi()),
                path("ws/kicked/", Kicked.as_asgi()),
            ]
        ),
    }
)


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
threading.Thread(target=end_with_stdin, daemon=True).start()
Server(
    application=application,
    endpoints=build_endpoint_description_strings(host="127.0.0.1", port=port),
    signal_handlers=False,
    ready_callable=lambda: print(json.dumps({"port": port}), flush=True),
).run()
