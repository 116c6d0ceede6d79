-- Times are milliseconds since the epoch, except `at` of numbers: seconds. `until` is NULL while a row lasts.

CREATE TABLE migrations(
  version INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  hbmon TEXT NOT NULL
);

-- A name is an identity: a monitor that comes back is the same.
CREATE TABLE monitors(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  "group" TEXT,
  tags TEXT NOT NULL DEFAULT '[]',
  slo_millionths INTEGER,
  slo_window_ms INTEGER,
  first_known INTEGER NOT NULL,
  removed INTEGER,
  -- The last column: it is long, and only a restart reads it.
  state TEXT
);

CREATE TABLE changes(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  monitor INTEGER NOT NULL REFERENCES monitors(id),
  "from" INTEGER NOT NULL,
  until INTEGER,
  status TEXT NOT NULL,
  reason TEXT,
  message TEXT,
  maintenance INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX changes_of_monitor ON changes(monitor, "from");
CREATE INDEX changes_by_time ON changes("from");
CREATE INDEX changes_open ON changes(monitor) WHERE until IS NULL;

-- Times without overlaps. One page holds the last of them: it is written every 5 s.
CREATE TABLE watched(
  "from" INTEGER PRIMARY KEY,
  until INTEGER NOT NULL
);

-- AUTOINCREMENT: a number is never used again, also after its row was pruned.
CREATE TABLE incidents(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  monitor INTEGER NOT NULL REFERENCES monitors(id),
  opened INTEGER NOT NULL,
  closed INTEGER,
  worst TEXT NOT NULL,
  reason TEXT,
  message TEXT,
  first_reason TEXT,
  last_reason TEXT,
  "end" TEXT,
  maintenance INTEGER NOT NULL DEFAULT 0,
  ack_by TEXT,
  ack_at INTEGER,
  ack_until INTEGER
);
CREATE INDEX incidents_of_monitor ON incidents(monitor, opened);
CREATE INDEX incidents_by_opened ON incidents(opened);
CREATE INDEX incidents_by_closed ON incidents(closed) WHERE closed IS NOT NULL;
CREATE INDEX incidents_open ON incidents(monitor) WHERE closed IS NULL;

CREATE TABLE notes(
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  "by" TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX notes_of_incident ON notes(incident, at);

-- Which notifications of an incident a receiver accepted.
CREATE TABLE told(
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
  channel TEXT NOT NULL,
  at INTEGER NOT NULL,
  what TEXT NOT NULL
);
CREATE INDEX told_of_incident ON told(incident, at);

CREATE TABLE silences(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  matches TEXT NOT NULL,
  "from" INTEGER NOT NULL,
  until INTEGER NOT NULL,
  "by" TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX silences_by_end ON silences(until);

-- By time first: a row is appended, and the rows of all monitors at one time lie together.
-- `latency` is a base-2 exponential histogram, as `Sketch::encode` writes it.
CREATE TABLE minutes(
  at INTEGER NOT NULL,
  monitor INTEGER NOT NULL,
  beats INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  healthy_ms INTEGER NOT NULL,
  warning_ms INTEGER NOT NULL,
  error_ms INTEGER NOT NULL,
  latency BLOB,
  PRIMARY KEY(at, monitor)
) WITHOUT ROWID;
CREATE TABLE hours(
  at INTEGER NOT NULL,
  monitor INTEGER NOT NULL,
  beats INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  healthy_ms INTEGER NOT NULL,
  warning_ms INTEGER NOT NULL,
  error_ms INTEGER NOT NULL,
  latency BLOB,
  PRIMARY KEY(at, monitor)
) WITHOUT ROWID;
CREATE TABLE days(
  at INTEGER NOT NULL,
  monitor INTEGER NOT NULL,
  beats INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  healthy_ms INTEGER NOT NULL,
  warning_ms INTEGER NOT NULL,
  error_ms INTEGER NOT NULL,
  latency BLOB,
  PRIMARY KEY(at, monitor)
) WITHOUT ROWID;

-- Up to which second numbers are summed up into coarser ones, and pruned.
CREATE TABLE marks(
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;

-- For people and other tools.
CREATE VIEW history_changes AS
SELECT
  c.id,
  m.name AS monitor,
  m.kind,
  m."group",
  strftime('%Y-%m-%dT%H:%M:%S', c."from" / 1000, 'unixepoch') || printf('.%03dZ', c."from" % 1000) AS "from",
  strftime('%Y-%m-%dT%H:%M:%S', c.until / 1000, 'unixepoch') || printf('.%03dZ', c.until % 1000) AS until,
  (c.until - c."from") / 1000.0 AS duration_s,
  c.status,
  c.reason,
  c.message,
  c.maintenance
FROM changes c JOIN monitors m ON m.id = c.monitor;

CREATE VIEW history_incidents AS
SELECT
  printf('i-%04d', i.id) AS id,
  m.name AS monitor,
  m.kind,
  m."group",
  strftime('%Y-%m-%dT%H:%M:%S', i.opened / 1000, 'unixepoch') || printf('.%03dZ', i.opened % 1000) AS opened,
  strftime('%Y-%m-%dT%H:%M:%S', i.closed / 1000, 'unixepoch') || printf('.%03dZ', i.closed % 1000) AS closed,
  (i.closed - i.opened) / 1000.0 AS duration_s,
  i.worst,
  i.reason,
  i.message,
  i.first_reason,
  i.last_reason,
  i."end",
  i.maintenance,
  i.ack_by AS acknowledged_by,
  strftime('%Y-%m-%dT%H:%M:%S', i.ack_at / 1000, 'unixepoch') || printf('.%03dZ', i.ack_at % 1000) AS acknowledged_at
FROM incidents i JOIN monitors m ON m.id = i.monitor;

CREATE VIEW history_numbers AS
SELECT
  n.step,
  strftime('%Y-%m-%dT%H:%M:%SZ', n.at, 'unixepoch') AS at,
  m.name AS monitor,
  n.beats,
  n.failed,
  n.missed,
  n.healthy_ms / 1000.0 AS healthy_s,
  n.warning_ms / 1000.0 AS warning_s,
  n.error_ms / 1000.0 AS error_s
FROM (
  SELECT '5m' AS step, at, monitor, beats, failed, missed, healthy_ms, warning_ms, error_ms FROM minutes
  UNION ALL
  SELECT '1h', at, monitor, beats, failed, missed, healthy_ms, warning_ms, error_ms FROM hours
  UNION ALL
  SELECT '1d', at, monitor, beats, failed, missed, healthy_ms, warning_ms, error_ms FROM days
) n JOIN monitors m ON m.id = n.monitor;
