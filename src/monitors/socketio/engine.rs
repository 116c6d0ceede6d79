//! Encodes and decodes Engine.IO packets, polling payloads and the handshake.
//!
//! Version 3: <https://github.com/socketio/engine.io-protocol/tree/v3>, version 4: the same
//! repository's main page.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// The revision of the Engine.IO protocol, `EIO` in the query. Socket.IO 2 uses 3; Socket.IO 3 and
/// 4 use 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineIoVersion {
    V3,
    V4,
}

impl EngineIoVersion {
    pub const fn other(self) -> EngineIoVersion {
        match self {
            EngineIoVersion::V3 => EngineIoVersion::V4,
            EngineIoVersion::V4 => EngineIoVersion::V3,
        }
    }

    pub const fn digit(self) -> &'static str {
        match self {
            EngineIoVersion::V3 => "3",
            EngineIoVersion::V4 => "4",
        }
    }
}

/// An Engine.IO packet. The strings are the data after the type's digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineIoPacket {
    Open(String),
    Close,
    Ping(String),
    Pong(String),
    Message(String),
    /// A binary message: an attachment of a Socket.IO packet. Its bytes are not read.
    Binary,
    Upgrade,
    Noop,
}

/// Why a packet or payload cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl EngineIoPacket {
    /// Decodes the text form: a WebSocket text frame, or one packet of a polling payload.
    ///
    /// # Errors
    /// The packet is empty or has an unknown type.
    pub fn decode(text: &str) -> Result<EngineIoPacket, Malformed> {
        let mut rest = text.chars();
        let kind = rest.next().ok_or(Malformed("empty Engine.IO packet"))?;
        let data = || rest.as_str().to_owned();
        Ok(match kind {
            '0' => EngineIoPacket::Open(data()),
            '1' => EngineIoPacket::Close,
            '2' => EngineIoPacket::Ping(data()),
            '3' => EngineIoPacket::Pong(data()),
            '4' => EngineIoPacket::Message(data()),
            '5' => EngineIoPacket::Upgrade,
            '6' => EngineIoPacket::Noop,
            // Base64: `b…` in version 4, `b4…` in version 3.
            'b' => EngineIoPacket::Binary,
            _ => return Err(Malformed("unknown Engine.IO packet type")),
        })
    }

    /// Encodes the text form. A binary packet has no content, because hbmon sends none.
    pub fn encode(&self) -> String {
        match self {
            EngineIoPacket::Open(data) => format!("0{data}"),
            EngineIoPacket::Close => "1".to_owned(),
            EngineIoPacket::Ping(data) => format!("2{data}"),
            EngineIoPacket::Pong(data) => format!("3{data}"),
            EngineIoPacket::Message(data) => format!("4{data}"),
            EngineIoPacket::Binary => "b".to_owned(),
            EngineIoPacket::Upgrade => "5".to_owned(),
            EngineIoPacket::Noop => "6".to_owned(),
        }
    }
}

/// The body of a polling response. Packets are decoded one at a time, so that a body full of small
/// packets needs no extra memory.
#[derive(Clone, Debug)]
pub struct PollingPayload {
    version: EngineIoVersion,
    text: String,
    /// Byte offset of the next packet; `None` after the last.
    next: Option<usize>,
}

/// Separates the packets of a payload in version 4.
const SEPARATOR: &str = "\u{1e}";

impl PollingPayload {
    /// Returns a payload without packets. An empty text, in contrast, is one malformed packet.
    pub const fn empty() -> PollingPayload {
        PollingPayload {
            version: EngineIoVersion::V4,
            text: String::new(),
            next: None,
        }
    }

    pub const fn new(version: EngineIoVersion, text: String) -> PollingPayload {
        PollingPayload {
            version,
            text,
            next: Some(0),
        }
    }

    /// Detects the version of a handshake by its framing: version 3 begins with a length and a
    /// colon (`96:0{…}`), version 4 with the open packet (`0{…}`).
    pub fn detect(text: &str) -> EngineIoVersion {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let framed = digits > 0 && text.as_bytes().get(digits) == Some(&b':');
        if framed {
            EngineIoVersion::V3
        } else {
            EngineIoVersion::V4
        }
    }

    /// Encodes the packets as one payload: the body of a POST.
    pub fn encode(version: EngineIoVersion, packets: &[EngineIoPacket]) -> String {
        let packets = packets.iter().map(EngineIoPacket::encode);
        match version {
            EngineIoVersion::V3 => packets
                .map(|packet| format!("{}:{packet}", packet.encode_utf16().count()))
                .collect(),
            EngineIoVersion::V4 => packets.collect::<Vec<_>>().join(SEPARATOR),
        }
    }

    /// Returns the packet at byte offset `start`, and the offset of the next.
    fn read(&self, start: usize) -> Result<(EngineIoPacket, Option<usize>), Malformed> {
        let rest = self.text.get(start..).unwrap_or_default();
        let (packet, next) = match self.version {
            EngineIoVersion::V3 => {
                let (length, tail) = rest
                    .split_once(':')
                    .ok_or(Malformed("payload without a length"))?;
                let units = length
                    .parse()
                    .map_err(|_| Malformed("payload with a bad length"))?;
                let packet = head(tail, units).ok_or(Malformed("payload cut inside a packet"))?;
                let end = start + length.len() + 1 + packet.len();
                (packet, (end < self.text.len()).then_some(end))
            }
            EngineIoVersion::V4 => match rest.split_once(SEPARATOR) {
                Some((packet, _)) => (packet, Some(start + packet.len() + SEPARATOR.len())),
                None => (rest, None),
            },
        };
        Ok((EngineIoPacket::decode(packet)?, next))
    }
}

impl Iterator for PollingPayload {
    type Item = Result<EngineIoPacket, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.next.take()?;
        Some(self.read(start).map(|(packet, next)| {
            self.next = next;
            packet
        }))
    }
}

/// Returns the first `units` UTF-16 code units of `text`: version 3 counts lengths like JavaScript.
fn head(text: &str, units: usize) -> Option<&str> {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen == units {
            return text.get(..at);
        }
        seen += c.len_utf16();
    }
    (seen == units).then_some(text)
}

/// The data of the server's open packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    pub sid: String,
    /// Transports that the server offers besides the current one.
    pub upgrades: Vec<String>,
    pub ping_interval: Duration,
    pub ping_timeout: Duration,
    /// Whether the packet has `maxPayload`. Only servers of version 4 send it, but not all of them.
    pub has_max_payload: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HandshakeJson {
    sid: String,
    upgrades: Option<Vec<String>>,
    ping_interval: Value,
    ping_timeout: Value,
    max_payload: Option<Value>,
}

/// Reads milliseconds from an integer, a float or a string: servers send all of them.
fn millis(value: &Value) -> Result<u64, Malformed> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    // The cast saturates.
    let number = number
        .filter(|number| number.is_finite() && *number >= 0.0)
        .map(|number| number as u64);
    number.ok_or(Malformed(
        "Engine.IO open packet whose ping times are no durations",
    ))
}

impl Handshake {
    /// Reads the data of an open packet.
    ///
    /// # Errors
    /// The data is not JSON, or has no session id or no ping times.
    pub fn decode(data: &str) -> Result<Handshake, Malformed> {
        let wire: HandshakeJson =
            serde_json::from_str(data).map_err(|_| Malformed("bad Engine.IO open packet"))?;
        // Clamped: a short interval would make hbmon flood the server with pings, and a long one
        // would overflow sums.
        let time = |value: &Value| Ok(Duration::from_millis(millis(value)?.clamp(100, 86_400_000)));
        Ok(Handshake {
            sid: wire.sid,
            upgrades: wire.upgrades.unwrap_or_default(),
            ping_interval: time(&wire.ping_interval)?,
            ping_timeout: time(&wire.ping_timeout)?,
            has_max_payload: wire.max_payload.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packet() -> impl Strategy<Value = EngineIoPacket> {
        // A packet of version 4 cannot contain a record separator, because JSON escapes it.
        let data = "[^\u{1e}]{0,40}";
        prop_oneof![
            data.prop_map(EngineIoPacket::Open),
            data.prop_map(EngineIoPacket::Ping),
            data.prop_map(EngineIoPacket::Pong),
            data.prop_map(EngineIoPacket::Message),
            Just(EngineIoPacket::Close),
            Just(EngineIoPacket::Binary),
            Just(EngineIoPacket::Upgrade),
            Just(EngineIoPacket::Noop),
        ]
    }

    proptest! {
        #[test]
        fn payloads_come_back(packets in prop::collection::vec(packet(), 1..8), v4: bool) {
            let version = if v4 { EngineIoVersion::V4 } else { EngineIoVersion::V3 };
            let body = PollingPayload::encode(version, &packets);
            let read: Result<Vec<_>, _> = PollingPayload::new(version, body).collect();
            prop_assert_eq!(read, Ok(packets));
        }

        #[test]
        fn nothing_panics_or_runs_for_ever(text in ".{0,80}", v4: bool) {
            let version = if v4 { EngineIoVersion::V4 } else { EngineIoVersion::V3 };
            let _ = PollingPayload::detect(&text);
            let _ = Handshake::decode(&text);
            prop_assert!(PollingPayload::new(version, text).count() <= 81);
        }
    }

    #[test]
    fn version_3_counts_utf16_units() {
        // "4😀" is one unit for the digit and two for the emoji.
        let read: Vec<_> =
            PollingPayload::new(EngineIoVersion::V3, "3:4😀1:2".to_owned()).collect();
        assert_eq!(
            read,
            [
                Ok(EngineIoPacket::Message("😀".to_owned())),
                Ok(EngineIoPacket::Ping(String::new()))
            ]
        );
        let cut: Vec<_> = PollingPayload::new(EngineIoVersion::V3, "2:4😀".to_owned()).collect();
        assert_eq!(cut, [Err(Malformed("payload cut inside a packet"))]);
    }

    #[test]
    fn version_4_separates_and_marks_base64() {
        let read: Vec<_> = PollingPayload::new(
            EngineIoVersion::V4,
            "4hello\u{1e}2\u{1e}bAQIDBA==".to_owned(),
        )
        .collect();
        assert_eq!(
            read,
            [
                Ok(EngineIoPacket::Message("hello".to_owned())),
                Ok(EngineIoPacket::Ping(String::new())),
                Ok(EngineIoPacket::Binary)
            ]
        );
        assert!(
            PollingPayload::new(EngineIoVersion::V4, "2\u{1e}".to_owned())
                .last()
                .is_some_and(|last| last.is_err())
        );
        assert!(
            PollingPayload::new(EngineIoVersion::V4, String::new()).all(|packet| packet.is_err())
        );
    }

    #[test]
    fn the_framing_tells_the_version() {
        assert_eq!(
            PollingPayload::detect("96:0{\"sid\":\"x\"}2:40"),
            EngineIoVersion::V3
        );
        assert_eq!(
            PollingPayload::detect("0{\"sid\":\"x\"}"),
            EngineIoVersion::V4
        );
        assert_eq!(PollingPayload::detect(""), EngineIoVersion::V4);
    }

    #[test]
    fn hostile_times_are_clamped() {
        let said = concat!(
            r#"{"sid":"a","upgrades":["websocket"],"#,
            r#""pingInterval":0,"pingTimeout":18446744073709551615}"#,
        );
        let read = Handshake::decode(said).unwrap();
        assert_eq!(
            (read.ping_interval, read.ping_timeout),
            (Duration::from_millis(100), Duration::from_secs(86_400))
        );
        assert!(!read.has_max_payload);
        assert_eq!(
            Handshake::decode("{}"),
            Err(Malformed("bad Engine.IO open packet"))
        );
    }

    #[test]
    fn times_are_numbers_as_servers_write_them() {
        let read = |interval: &str| {
            let rest = r#""upgrades":null,"pingTimeout":20000.0,"maxPayload":1e6"#;
            Handshake::decode(&format!(
                r#"{{"sid":"a","pingInterval":{interval},{rest}}}"#
            ))
        };
        for (written, millis) in [
            ("25000", 25_000),
            ("25000.0", 25_000),
            ("2.5e4", 25_000),
            ("\"25000\"", 25_000),
            ("0.5", 100),
            ("1e300", 86_400_000),
        ] {
            let handshake = read(written).unwrap();
            assert_eq!(
                handshake.ping_interval,
                Duration::from_millis(millis),
                "{written}"
            );
            assert!(handshake.has_max_payload && handshake.upgrades.is_empty());
        }
        for nonsense in ["-1", "\"NaN\"", "\"inf\"", "\"\"", "null", "[]", "true"] {
            let refused = Malformed("Engine.IO open packet whose ping times are no durations");
            assert_eq!(read(nonsense), Err(refused), "{nonsense}");
        }
        assert_eq!(read("1e999"), Err(Malformed("bad Engine.IO open packet")));
    }
}
