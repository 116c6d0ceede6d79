"""A real python-socketio server: server.py MODE [--transports=polling,websocket]

Modes, output and end are those of server.js.
"""

import asyncio
import datetime
import json
import os
import sys

import socketio
from aiohttp import web

mode, *flags = sys.argv[1:]
# Who answers no ping is closed; in time only where that is what is tested, since machines stand still.
options = {"ping_interval": 0.3, "ping_timeout": 1 if "--impatient" in flags else 10}
for flag in flags:
    if flag.startswith("--transports="):
        options["transports"] = flag.removeprefix("--transports=").split(",")
sio = socketio.AsyncServer(async_mode="aiohttp", **options)


def answer(count):
    plain = {"ok": True, "ts": datetime.datetime.now(datetime.UTC).isoformat(), "count": count}
    return {**plain, "one": b"\x01\x1e\xff", "two": bytes(2000)} if mode == "binary" else plain


class Namespace(socketio.AsyncNamespace):
    async def on_connect(self, sid, environ, auth=None):
        if mode == "hang":
            await asyncio.sleep(3600)
        if mode == "reject":
            query = environ.get("QUERY_STRING", "")
            if (auth or {}).get("token") != "letmein" and "token=letmein" not in query.split("&"):
                raise socketio.exceptions.ConnectionRefusedError("not authorized")
        if mode in ("good", "binary"):
            sio.start_background_task(self.beats, sid)
        if mode in ("kick", "disconnect"):
            sio.start_background_task(self.part, sid)

    async def beats(self, sid):
        count = 0
        while sio.manager.is_connected(sid, self.namespace):
            count += 1
            await self.emit("beat", answer(count), to=sid)
            await asyncio.sleep(0.1)

    async def on_heartbeat(self, sid, *_given):
        if mode == "silent":
            await asyncio.sleep(3600)
        if mode == "late":
            await asyncio.sleep(3)
        await self.emit("heartbeat-ack", answer(1), to=sid)
        return answer(1)

    async def part(self, sid):
        await asyncio.sleep(0.05)
        await self.emit("beat", answer(1), to=sid)
        # On the next turn: the heartbeat must be out first.
        await asyncio.sleep(0.05)
        if mode == "kick":
            await sio.eio.disconnect(sio.manager.eio_sid_from_sid(sid, self.namespace))
        else:
            await self.disconnect(sid)


async def main():
    app = web.Application()
    sio.attach(app)
    for path in ("/", "/chat"):
        sio.register_namespace(Namespace(path))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    # Without a goodbye: handlers that sleep for an hour would hold it up.
    os._exit(0)


asyncio.run(main())
