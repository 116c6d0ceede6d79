"""The binary to measure, and its processes."""

import os
import re
import subprocess
import time
import urllib.request
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Hbmon:
    """Runs hbmon in a folder without config and history of the user."""

    def __init__(self, binary, folder):
        self.binary = str(Path(binary).resolve())
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HBMON_")}
        self.environment = {**kept, "XDG_STATE_HOME": str(folder), "TERM": "xterm-256color"}
        self.agents = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for agent in self.agents:
            agent.end()

    def wall_ms(self, *arguments):
        """Returns the milliseconds that a command takes. It has to succeed."""
        began = time.perf_counter()
        subprocess.run(
            [self.binary, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return (time.perf_counter() - began) * 1e3

    def serve(self, name, *arguments):
        """Starts an agent; `name` is that of its log."""
        agent = Agent(self, name, arguments)
        self.agents.append(agent)
        return agent


class Agent:
    """A running `hbmon serve`."""

    def __init__(self, hbmon, name, arguments):
        self.log = hbmon.folder / f"{name}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [hbmon.binary, "serve", "--listen=127.0.0.1:0", *arguments],
                cwd=hbmon.folder,
                env=hbmon.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def read(self, name):
        """Returns the text of a file of the process in /proc."""
        if self.process.poll() is not None:
            raise SystemExit(f"hbmon has ended:\n{self.log.read_text()[-2000:]}")
        return Path(f"/proc/{self.process.pid}/{name}").read_text()

    def number(self, name, key):
        """Returns a number of a file that has `KEY: NUMBER` in each line."""
        return int(re.search(rf"^{key}:\s*(\d+)", self.read(name), re.MULTILINE)[1])

    def cpu(self):
        """Returns the user and system time so far, in seconds."""
        fields = self.read("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident(self):
        """Returns the resident memory in MiB."""
        return self.number("status", "VmRSS") / 1024

    def written(self):
        """Returns the bytes that the process made the system write to a disk, in MiB."""
        return self.number("io", "write_bytes") / 2**20

    def get(self, path):
        """Returns the text that the agent serves."""
        address = re.search(r"listening on (http://\S+)", self.log.read_text())[1]
        with urllib.request.urlopen(address.rstrip("/") + path, timeout=30) as answer:
            return answer.read().decode()
