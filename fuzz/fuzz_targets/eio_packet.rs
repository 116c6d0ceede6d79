//! Engine.IO: packets, polling payloads and handshakes from any text.
#![no_main]

use hbmon::monitors::socketio::engine::{Handshake, Packet, Payload, Version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(packet) = Packet::decode(text) {
        assert_eq!(Packet::decode(&packet.encode()), Ok(packet));
    }
    Payload::detect(text);
    for version in [Version::V3, Version::V4] {
        let packets: Result<Vec<Packet>, _> = Payload::new(version, text.to_owned()).collect();
        if let Ok(packets) = packets
            && !packets.is_empty()
        {
            let again: Result<Vec<Packet>, _> =
                Payload::new(version, Payload::encode(version, &packets)).collect();
            assert_eq!(again, Ok(packets));
        }
    }
    let _ = Handshake::decode(text);
});
