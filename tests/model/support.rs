//! A fleet of one or many targets, and short words for what happens to it.

use std::sync::Arc;
use std::time::Duration;

use hbmon::model::{
    Beat, Certificate, Connection, Failure, Fleet, Kind, Meta, Moment, Observation, Phase, Policy,
    Row, SelfStats, Signal, Snapshot, TargetId, Text,
};
use jiff::{SignedDuration, Timestamp};

pub(crate) const ONE: TargetId = TargetId(1);

pub(crate) fn at(seconds: u64) -> Moment {
    Moment::after_start(Duration::from_secs(seconds))
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn meta(name: &str) -> Arc<Meta> {
    Arc::new(Meta {
        address: Text::clean("wss://example.test/"),
        ..Meta::new(Text::clean(name), Kind::Websocket)
    })
}

pub(crate) fn fleet_of_one(policy: Policy) -> Fleet {
    let mut fleet = Fleet::new();
    fleet.add(Moment::START, ONE, meta("one"), Arc::new(policy), false);
    fleet
}

pub(crate) fn note(at: Moment, signal: Signal) -> Observation {
    Observation {
        target: ONE,
        at,
        signal,
        connection: None,
    }
}

pub(crate) fn beat(latency: Option<Duration>, delta: Option<SignedDuration>) -> Signal {
    Signal::Beat(Beat {
        latency,
        delta,
        sent: None,
        excerpt: None,
    })
}

/// A heartbeat that carries a timestamp: so long after the epoch, when hbmon starts.
pub(crate) fn dated(at: Moment, sent: SignedDuration) -> Beat {
    let sent = Timestamp::UNIX_EPOCH + sent;
    let received = hbmon::model::wall(Timestamp::UNIX_EPOCH, at);
    Beat {
        delta: Some(sent.duration_until(received)),
        sent: Some(sent),
        ..Beat::default()
    }
}

pub(crate) fn failed(latency: Option<Duration>, ended: bool) -> Signal {
    Signal::Failed {
        failure: Failure::Refused { peer: None },
        evidence: None,
        latency,
        ended,
    }
}

/// A fresh TLS connection that showed a certificate with so much time left.
pub(crate) fn certified(left: SignedDuration) -> Box<Connection> {
    let phases = [(Phase::Connect, millis(1)), (Phase::Tls, millis(2))]
        .into_iter()
        .collect();
    let certificate = Certificate {
        subject: Text::clean("CN=example.test"),
        not_after: Timestamp::MAX,
        left,
    };
    Box::new(Connection {
        phases,
        certificate: Some(Box::new(certificate)),
        ..Connection::default()
    })
}

pub(crate) fn snapshot(fleet: &mut Fleet, now: Moment) -> Arc<Snapshot> {
    fleet.snapshot(now, Timestamp::UNIX_EPOCH, SelfStats::default())
}

pub(crate) fn row(fleet: &mut Fleet, now: Moment) -> Arc<Row> {
    Arc::clone(&snapshot(fleet, now).rows[0])
}
