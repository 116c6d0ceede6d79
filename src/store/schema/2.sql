-- What channels are to be told, and what became of it. A row has all that its message needs, also
-- after its monitor and its incident are gone. AUTOINCREMENT: receivers know what they were sent by
-- its number, so none is used again.
CREATE TABLE notifications(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  what TEXT NOT NULL,
  state TEXT NOT NULL,
  why TEXT,
  -- 1 if nothing follows any more. An opening that was told is over with its recovery.
  is_over INTEGER NOT NULL,
  sent_with INTEGER,
  created INTEGER NOT NULL,
  next INTEGER,
  attempts INTEGER NOT NULL,
  error TEXT,
  done INTEGER,
  incident INTEGER,
  monitor TEXT NOT NULL,
  status TEXT NOT NULL,
  before TEXT,
  reason TEXT,
  message TEXT,
  opened INTEGER NOT NULL,
  closed INTEGER,
  "end" TEXT,
  acknowledged_by TEXT
);
CREATE INDEX notifications_open ON notifications(incident, channel) WHERE is_over = 0;
CREATE INDEX notifications_of_incident ON notifications(incident);
CREATE INDEX notifications_by_done ON notifications(done) WHERE is_over = 1;

-- Since when the config has each channel: a channel is not told of what was open before.
CREATE TABLE channels(
  name TEXT PRIMARY KEY,
  since INTEGER NOT NULL
) WITHOUT ROWID;

CREATE VIEW history_notifications AS
SELECT
  n.id,
  n.channel,
  n.what,
  n.state,
  n.why,
  n.monitor,
  n.status,
  n.reason,
  n.message,
  CASE WHEN n.incident IS NOT NULL THEN printf('i-%04d', n.incident) END AS incident,
  strftime('%Y-%m-%dT%H:%M:%S', n.created / 1000, 'unixepoch') || printf('.%03dZ', n.created % 1000) AS created,
  strftime('%Y-%m-%dT%H:%M:%S', n.next / 1000, 'unixepoch') || printf('.%03dZ', n.next % 1000) AS next,
  n.attempts,
  n.error,
  strftime('%Y-%m-%dT%H:%M:%S', n.done / 1000, 'unixepoch') || printf('.%03dZ', n.done % 1000) AS done
FROM notifications n;
