"""Fills stores, as if an agent had run for long. The tables are those of src/store/schema."""

import itertools
import json
import math
import random
import sqlite3
import time

MINUTES, HOUR, DAY = 300, 3600, 86400
# Heartbeats of each monitor, every 10 s.
INTERVAL = 10
MESSAGE = "503 Service Unavailable"


def config(path, monitors, url, interval="10s"):
    """Writes a config with HTTP monitors in 20 groups."""
    lines = [f"defaults: {{interval: {interval}}}", "monitors:"]
    for number in range(monitors):
        name = f"name: monitor-{number}, group: group-{number % 20}"
        lines.append(f"  - {{{name}, http: {json.dumps(url)}}}")
    path.write_text("\n".join(lines) + "\n")


def create(hbmon, path, config):
    """Creates a store that knows the monitors of a config."""
    hbmon.wall_ms("check", str(config), "-q", f"--state={path}")


def fill(path, days):
    """Puts days with numbers, and with an outage each week, in place of what a store has.

    Of the numbers it has what the defaults of `keep` leave.
    """
    random.seed(15)
    now = int(time.time()) // MINUTES * MINUTES
    hour, day = now - now % HOUR, now - now % DAY
    length = days * DAY
    begin = {
        "days": day - length,
        "hours": max(day - 35 * DAY, day - length),
        "minutes": max(hour - 2 * DAY, hour - length),
    }
    store = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA synchronous = OFF", "PRAGMA journal_mode = OFF", "BEGIN"):
        store.execute(statement)
    for table in ("incidents", "changes", "watched", "minutes", "hours", "days", "marks"):
        store.execute(f"DELETE FROM {table}")
    monitors = [row[0] for row in store.execute("SELECT id FROM monitors ORDER BY id")]
    store.execute("UPDATE monitors SET first_known = ?", [(now - length) * 1000])
    store.execute("INSERT INTO watched VALUES (?, ?)", [(now - length) * 1000, now * 1000])
    steps = {"days": (DAY, day), "hours": (HOUR, hour), "minutes": (MINUTES, now)}
    for table, (step, until) in steps.items():
        beats = step // INTERVAL
        sketches = [sketch(beats) for _ in range(50)]
        store.executemany(
            f"INSERT INTO {table} VALUES (?, ?, ?, 0, 0, ?, 0, 0, ?)",
            (
                (at, monitor, beats, step * 1000, sketches[(monitor * 7 + at // step) % 50])
                for at in range(begin[table], until, step)
                for monitor in monitors
            ),
        )
    store.executemany(
        "INSERT INTO marks VALUES (?, ?)",
        [
            ("rolled_hours", hour),
            ("rolled_days", day),
            ("pruned_minutes", begin["minutes"]),
            ("pruned_hours", begin["hours"]),
            ("pruned_days", begin["days"]),
        ],
    )
    outages(store, monitors, now - length, length // (7 * DAY))
    store.execute("COMMIT")
    store.execute("PRAGMA journal_mode = WAL")
    store.close()


def outages(store, monitors, begin, weeks):
    """Writes the changes and incidents of an outage of each monitor in each week."""
    changes, incidents = [], []
    last = dict.fromkeys(monitors, begin)
    for week, monitor in itertools.product(range(weeks), monitors):
        opened = begin + week * 7 * DAY + monitor * 137
        closed = opened + 60 + week * 11
        status = "error" if (week + monitor) % 3 else "warning"
        changes.append((monitor, last[monitor] * 1000, opened * 1000, "healthy", None, None))
        changes.append((monitor, opened * 1000, closed * 1000, status, "status", MESSAGE))
        incidents.append((monitor, opened * 1000, closed * 1000, status, MESSAGE))
        last[monitor] = closed
    changes += [(monitor, at * 1000, None, "healthy", None, None) for monitor, at in last.items()]
    store.executemany(
        'INSERT INTO changes(monitor, "from", until, status, reason, message) '
        "VALUES (?, ?, ?, ?, ?, ?)",
        changes,
    )
    store.executemany(
        "INSERT INTO incidents(monitor, opened, closed, worst, message, reason, first_reason, "
        "last_reason, \"end\") VALUES (?, ?, ?, ?, ?, 'status', 'status', 'status', 'recovered')",
        incidents,
    )


def sketch(beats):
    """Returns latencies around 40 ms, as `Sketch::encode` writes them."""
    counts = {}
    for _ in range(beats):
        micros = random.lognormvariate(math.log(40_000), 0.25)
        index = math.ceil(math.log2(micros) * 16) - 1
        counts[index] = counts.get(index, 0) + 1
    encoded, following = bytearray([0x14]), -1
    for index in sorted(counts):
        for number in (index - following, counts[index]):
            while number >= 0x80:
                encoded.append(number & 0x7F | 0x80)
                number >>= 7
            encoded.append(number)
        following = index + 1
    return bytes(encoded)
