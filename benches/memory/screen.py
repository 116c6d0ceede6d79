"""The screen in a pseudo-terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

LIMIT_S = 20


def first_picture_ms(hbmon, *arguments):
    """Returns the milliseconds until `hbmon watch` shows the first monitor."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
    began = time.perf_counter()
    process = subprocess.Popen(
        [hbmon.binary, "watch", *arguments],
        cwd=hbmon.folder,
        env=hbmon.environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    try:
        shown = b""
        while b"monitor-1" not in shown:
            part = read(ours, began + LIMIT_S - time.perf_counter())
            if not part:
                raise SystemExit(f"no picture within {LIMIT_S} s: {shown[-500:]!r}")
            shown += part
        took = (time.perf_counter() - began) * 1e3
        os.write(ours, b"q")
        # It ends after it has written all that it has to.
        while read(ours, LIMIT_S):
            pass
        return took
    finally:
        os.close(ours)
        process.terminate()
        process.wait()


def read(terminal, seconds):
    """Returns what was written; nothing at the end, and when it takes longer."""
    if not select.select([terminal], [], [], max(seconds, 0))[0]:
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
