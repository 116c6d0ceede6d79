//! Encodes and decodes Socket.IO packets, which Engine.IO messages carry.
//!
//! <https://github.com/socketio/socket.io-protocol>: revision 5 (Socket.IO 3 and 4) and revision 4
//! (Socket.IO 2). Both share this form, but the data of CONNECT and CONNECT_ERROR differs.

use serde_json::Value;

use super::engine::Malformed;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketKind {
    Connect,
    Disconnect,
    Event,
    Ack,
    ConnectError,
    BinaryEvent,
    BinaryAck,
}

/// `<kind>[<attachments>-][<namespace>,][<id>][<data>]`
#[derive(Clone, Debug, PartialEq)]
pub struct SocketioPacket {
    pub kind: PacketKind,
    /// Number of binary messages that follow as attachments. `data` has placeholders for them.
    pub attachments: usize,
    /// Namespace without its query.
    pub namespace: String,
    /// Links an acknowledgement to its event.
    pub id: Option<u64>,
    pub data: Option<Value>,
}

impl SocketioPacket {
    pub fn new(
        kind: PacketKind,
        namespace: &str,
        id: Option<u64>,
        data: Option<Value>,
    ) -> SocketioPacket {
        SocketioPacket {
            kind,
            attachments: 0,
            namespace: namespace.to_owned(),
            id,
            data,
        }
    }

    /// # Errors
    /// The type is unknown, a number is invalid, or the data is not JSON.
    pub fn decode(text: &str) -> Result<SocketioPacket, Malformed> {
        let mut chars = text.chars();
        let kind = match chars.next() {
            Some('0') => PacketKind::Connect,
            Some('1') => PacketKind::Disconnect,
            Some('2') => PacketKind::Event,
            Some('3') => PacketKind::Ack,
            Some('4') => PacketKind::ConnectError,
            Some('5') => PacketKind::BinaryEvent,
            Some('6') => PacketKind::BinaryAck,
            _ => return Err(Malformed("unknown Socket.IO packet type")),
        };
        let mut rest = chars.as_str();
        let mut attachments = 0;
        if matches!(kind, PacketKind::BinaryEvent | PacketKind::BinaryAck) {
            let (count, tail) = rest
                .split_once('-')
                .ok_or(Malformed("binary packet without a count"))?;
            attachments = count
                .parse()
                .map_err(|_| Malformed("binary packet with a bad count"))?;
            rest = tail;
        }
        let mut namespace = "/";
        if rest.starts_with('/') {
            (namespace, rest) = rest.split_once(',').unwrap_or((rest, ""));
            namespace = namespace
                .split_once('?')
                .map_or(namespace, |(path, _query)| path);
        }
        let (digits, rest) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
        let id = if digits.is_empty() {
            None
        } else {
            Some(
                digits
                    .parse()
                    .map_err(|_| Malformed("Socket.IO packet with a bad id"))?,
            )
        };
        let data = if rest.is_empty() {
            None
        } else {
            Some(
                serde_json::from_str(rest)
                    .map_err(|_| Malformed("Socket.IO packet with bad JSON"))?,
            )
        };
        Ok(SocketioPacket {
            kind,
            attachments,
            namespace: namespace.to_owned(),
            id,
            data,
        })
    }

    pub fn encode(&self) -> String {
        let mut text = match self.kind {
            PacketKind::Connect => "0",
            PacketKind::Disconnect => "1",
            PacketKind::Event => "2",
            PacketKind::Ack => "3",
            PacketKind::ConnectError => "4",
            PacketKind::BinaryEvent => "5",
            PacketKind::BinaryAck => "6",
        }
        .to_owned();
        if matches!(self.kind, PacketKind::BinaryEvent | PacketKind::BinaryAck) {
            text.push_str(&format!("{}-", self.attachments));
        }
        if self.namespace != "/" {
            text.push_str(&self.namespace);
            text.push(',');
        }
        if let Some(id) = self.id {
            text.push_str(&id.to_string());
        }
        if let Some(data) = &self.data {
            text.push_str(&data.to_string());
        }
        text
    }

    /// Returns the first argument of the event with this name; null if it has none.
    pub fn event(self, name: &str) -> Option<Value> {
        if !matches!(self.kind, PacketKind::Event | PacketKind::BinaryEvent) {
            return None;
        }
        let mut items = self.items();
        (items.next()?.as_str()? == name).then(|| items.next().unwrap_or_default())
    }

    /// Returns the first argument of the acknowledgement with this id; null if it has none.
    pub fn ack(self, id: u64) -> Option<Value> {
        let ours =
            matches!(self.kind, PacketKind::Ack | PacketKind::BinaryAck) && self.id == Some(id);
        ours.then(|| self.items().next().unwrap_or_default())
    }

    fn items(self) -> impl Iterator<Item = Value> {
        match self.data {
            Some(Value::Array(items)) => items.into_iter(),
            _ => Vec::new().into_iter(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> SocketioPacket {
        SocketioPacket::decode(text).unwrap()
    }

    #[test]
    fn the_examples_of_the_protocol() {
        assert_eq!(
            read("0"),
            SocketioPacket::new(PacketKind::Connect, "/", None, None)
        );
        assert_eq!(
            read("0/admin,{\"sid\":\"x\"}"),
            SocketioPacket::new(
                PacketKind::Connect,
                "/admin",
                None,
                Some(json!({"sid": "x"}))
            )
        );
        assert_eq!(
            read("0/admin?token=1234,"),
            SocketioPacket::new(PacketKind::Connect, "/admin", None, None)
        );
        assert_eq!(
            read("1/admin"),
            SocketioPacket::new(PacketKind::Disconnect, "/admin", None, None)
        );
        assert_eq!(
            read("2/admin,456[\"a\",1]"),
            SocketioPacket::new(
                PacketKind::Event,
                "/admin",
                Some(456),
                Some(json!(["a", 1]))
            )
        );
        assert_eq!(
            read("4\"nope\""),
            SocketioPacket::new(PacketKind::ConnectError, "/", None, Some(json!("nope")))
        );
        let binary = read("61-/admin,456[{\"_placeholder\":true,\"num\":0}]");
        assert_eq!(
            (binary.kind, binary.attachments, binary.id),
            (PacketKind::BinaryAck, 1, Some(456))
        );
    }

    #[test]
    fn what_is_no_packet_is_refused() {
        for text in [
            "",
            "7",
            "x",
            "5[]",
            "5x-[]",
            "51",
            "2[",
            "299999999999999999999[]",
            "3/a,12x",
        ] {
            assert!(SocketioPacket::decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn arguments_are_found_by_name_and_id() {
        assert_eq!(
            read("2[\"beat\",{\"a\":1},2]").event("beat"),
            Some(json!({"a": 1}))
        );
        assert_eq!(read("2[\"beat\"]").event("beat"), Some(Value::Null));
        assert_eq!(read("2[\"other\"]").event("beat"), None);
        assert_eq!(read("2{}").event("beat"), None);
        assert_eq!(read("2").event("beat"), None);
        assert_eq!(read("37[\"ok\"]").ack(7), Some(json!("ok")));
        assert_eq!(read("37[]").ack(7), Some(Value::Null));
        assert_eq!(read("36[\"ok\"]").ack(7), None);
    }

    fn any_packet() -> impl Strategy<Value = SocketioPacket> {
        let kind = prop_oneof![
            Just(PacketKind::Connect),
            Just(PacketKind::Disconnect),
            Just(PacketKind::Event),
            Just(PacketKind::Ack),
            Just(PacketKind::ConnectError),
            Just(PacketKind::BinaryEvent),
            Just(PacketKind::BinaryAck),
        ];
        let namespace = prop_oneof![Just("/".to_owned()), "/[a-z0-9/_-]{1,10}"];
        // A number would be read as part of the id. The protocol has arrays, objects and strings
        // here.
        let data = prop_oneof![
            Just(None),
            ".{0,10}".prop_map(|text| Some(json!(text))),
            (".{0,10}", any::<i64>())
                .prop_map(|(name, number)| Some(json!([name, number, null, {"a": [name]}]))),
        ];
        (
            kind,
            0..9_usize,
            namespace,
            prop::option::of(any::<u64>()),
            data,
        )
            .prop_map(|(kind, count, namespace, id, data)| {
                let attachments = if matches!(kind, PacketKind::BinaryEvent | PacketKind::BinaryAck)
                {
                    count
                } else {
                    0
                };
                SocketioPacket {
                    kind,
                    attachments,
                    namespace,
                    id,
                    data,
                }
            })
    }

    proptest! {
        #[test]
        fn packets_come_back(packet in any_packet()) {
            prop_assert_eq!(SocketioPacket::decode(&packet.encode()), Ok(packet));
        }

        #[test]
        fn nothing_panics(text in ".{0,60}", kind in "[0-6]") {
            let _ = SocketioPacket::decode(&text);
            let _ = SocketioPacket::decode(&(kind + &text));
        }
    }
}
