"""A web server on loopback that is always well, in a process by itself."""

import multiprocessing
import select
import socket

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def start():
    """Returns the URL of a server that ends with this process."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=8192)
    listener.setblocking(False)
    multiprocessing.Process(target=serve, args=(listener,), daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def serve(listener):
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    connections = {}
    while True:
        for number, _ in poll.poll():
            if number == listener.fileno():
                for connection in accepted(listener):
                    connections[connection.fileno()] = connection
                    poll.register(connection, select.EPOLLIN)
            elif not answer(connections[number]):
                connections.pop(number).close()


def accepted(listener):
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.setblocking(False)
        yield connection


def answer(connection):
    """Returns whether the client still holds the connection."""
    try:
        request = connection.recv(8192)
        if request.endswith(b"\r\n\r\n"):
            connection.send(ANSWER)
    except OSError:
        return False
    return bool(request)
