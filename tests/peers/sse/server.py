"""sse-starlette behind uvicorn, with the stream of seed 002. Prints {"port": N}; ends with its standard input."""

import asyncio
import datetime
import json
import os
import socket
import sys
import threading

import uvicorn
from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route


def snapshot(workers):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    ids = [f"worker-{n}" for n in range(workers)]
    return json.dumps({"timestamp": now, "workers_online": workers, "hives_online": 1, "worker_ids": ids}, indent=2)


async def beats(workers, count=None):
    sent = 0
    while count is None or sent < count:
        yield {"event": "heartbeat", "data": snapshot(workers), "id": str(sent), "retry": 1500}
        sent += 1
        await asyncio.sleep(0.2)


async def nothing():
    await asyncio.sleep(3600)
    yield {}


async def failing():
    yield {"event": "heartbeat", "data": snapshot(1)}
    raise RuntimeError("cut off in the middle")


def stream(make, **options):
    async def endpoint(request):
        return EventSourceResponse(make(), **options)

    return endpoint


app = Starlette(
    routes=[
        Route("/v1/heartbeats/stream", stream(lambda: beats(3))),
        Route("/no-workers", stream(lambda: beats(0))),
        Route("/crlf", stream(lambda: beats(1), sep="\r\n")),
        Route("/cr", stream(lambda: beats(1), sep="\r")),
        Route("/comments", stream(nothing, ping=1)),
        Route("/silent", stream(nothing, ping=3600)),
        Route("/once", stream(lambda: beats(1, 1))),
        Route("/cut", stream(failing)),
        Route("/none", lambda request: Response(status_code=204)),
        Route("/html", lambda request: HTMLResponse("<p>hello")),
        Route("/busy", lambda request: PlainTextResponse("later", 503, {"retry-after": "1"})),
        Route("/moved", lambda request: RedirectResponse("/v1/heartbeats/stream", 302)),
    ]
)


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
threading.Thread(target=end_with_stdin, daemon=True).start()
print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
