//! Engine.IO: packets, polling payloads and handshakes from any text.
#![no_main]

use hbmon::monitors::socketio::engine::{
    EngineIoPacket, EngineIoVersion, Handshake, PollingPayload,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(packet) = EngineIoPacket::decode(text) {
        assert_eq!(EngineIoPacket::decode(&packet.encode()), Ok(packet));
    }
    PollingPayload::detect(text);
    for version in [EngineIoVersion::V3, EngineIoVersion::V4] {
        let packets: Result<Vec<EngineIoPacket>, _> =
            PollingPayload::new(version, text.to_owned()).collect();
        if let Ok(packets) = packets
            && !packets.is_empty()
        {
            let again: Result<Vec<EngineIoPacket>, _> =
                PollingPayload::new(version, PollingPayload::encode(version, &packets)).collect();
            assert_eq!(again, Ok(packets));
        }
    }
    let _ = Handshake::decode(text);
});
