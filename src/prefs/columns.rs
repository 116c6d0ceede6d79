//! The optional columns of the table. Status glyph, name and strip are always shown and are not
//! listed here.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Kind,
    Group,
    Last,
    Next,
    Missed,
    Failed,
    Avg,
    P95,
    Beats,
    Uptime,
    /// Availability in the last 30 days.
    Month,
    Quality,
    Presence,
    Reason,
    Since,
    Certificate,
    Tags,
}

impl Column {
    /// The default order, from left to right.
    pub const ALL: [Column; 17] = [
        Column::Kind,
        Column::Group,
        Column::Last,
        Column::Next,
        Column::Missed,
        Column::Failed,
        Column::Avg,
        Column::P95,
        Column::Beats,
        Column::Uptime,
        Column::Month,
        Column::Quality,
        Column::Presence,
        Column::Reason,
        Column::Since,
        Column::Certificate,
        Column::Tags,
    ];

    /// The name in a config.
    pub const fn as_str(self) -> &'static str {
        match self {
            Column::Kind => "kind",
            Column::Group => "group",
            Column::Last => "last",
            Column::Next => "next",
            Column::Avg => "avg",
            Column::P95 => "p95",
            Column::Beats => "beats",
            Column::Missed => "missed",
            Column::Failed => "failed",
            Column::Uptime => "availability",
            Column::Month => "30d",
            Column::Quality => "quality",
            Column::Presence => "presence",
            Column::Reason => "reason",
            Column::Since => "since",
            Column::Certificate => "certificate",
            Column::Tags => "tags",
        }
    }

    /// What the column shows, for the column chooser and the docs.
    pub const fn about(self) -> &'static str {
        match self {
            Column::Kind => "kind of the monitor",
            Column::Group => "group",
            Column::Last => "age of the last heartbeat",
            Column::Next => "progress to the next check or heartbeat, or that it is late",
            Column::Avg => "average latency",
            Column::P95 => "95th percentile of the latency",
            Column::Beats => "heartbeats",
            Column::Missed => "missed heartbeats",
            Column::Failed => "failed attempts and heartbeats",
            Column::Uptime => "share of the known time not in error",
            Column::Month => "availability of the last 30 days, from the history",
            Column::Quality => "quality of the last three latencies",
            Column::Presence => "online, recent or away",
            Column::Reason => "why the status is not healthy",
            Column::Since => "how long the status has lasted",
            Column::Certificate => "time until the certificate expires",
            Column::Tags => "tags",
        }
    }

    pub fn parse(name: &str) -> Option<Column> {
        // Older configs use this name.
        let name = if name == "uptime" {
            "availability"
        } else {
            name
        };
        Column::ALL
            .into_iter()
            .find(|column| column.as_str() == name)
    }
}
