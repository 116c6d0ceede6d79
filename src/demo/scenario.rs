//! The scenario as data: the servers and the state of each server over time. All times apply to
//! speed 1.

use std::time::Duration;

use crate::model::Kind;

/// One server and the config of its monitor.
#[derive(Debug)]
pub(super) struct DemoServer {
    pub name: &'static str,
    pub group: &'static str,
    pub tags: &'static [&'static str],
    pub kind: Kind,
    pub path: &'static str,
    /// Interval between polls, or between expected heartbeats.
    pub interval: Duration,
    /// Mean latency of a healthy server.
    pub usual: Duration,
    /// Latency thresholds for warning and error.
    pub limits: Option<(Duration, Duration)>,
    /// Further config keys of the kind. `INTERVAL` stands for the interval, but at least 1 s.
    pub keys: &'static [&'static str],
    /// Comment above the monitor in the config.
    pub remark: &'static str,
}

/// The state of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServerState {
    /// Responds after this latency.
    Well { latency: Duration },
    /// Accepts connections and keeps them open, but sends nothing.
    Silent,
    /// Responds with 503 and ends subscriptions.
    Unavailable,
    /// Refuses connections.
    Gone,
}

/// A fault of one server during a period.
#[derive(Debug)]
struct DemoPhase {
    who: &'static str,
    from: Duration,
    to: Duration,
    how: DemoFault,
}

#[derive(Clone, Copy, Debug)]
enum DemoFault {
    /// Responses take this long on average.
    Slow(Duration),
    Silent,
    Unavailable,
    Gone,
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Length of one round, after which the scenario starts again.
pub(super) const LENGTH: Duration = secs(80);

/// The faults of one round. All servers are healthy at its start and end. The checkout slows down,
/// the order events stop, the search responds with 503, and the price ticker refuses connections.
const ACTS: [DemoPhase; 4] = [
    DemoPhase {
        who: "checkout",
        from: secs(2),
        to: secs(20),
        how: DemoFault::Slow(millis(650)),
    },
    DemoPhase {
        who: "order-events",
        from: secs(18),
        to: secs(38),
        how: DemoFault::Silent,
    },
    DemoPhase {
        who: "search",
        from: secs(38),
        to: secs(54),
        how: DemoFault::Unavailable,
    },
    DemoPhase {
        who: "price-ticker",
        from: secs(44),
        to: secs(58),
        how: DemoFault::Gone,
    },
];

/// A chapter of the scenario.
#[derive(Debug)]
pub(super) struct Chapter {
    from: Duration,
    text: &'static str,
}

/// The chapters of a round, in order.
pub(super) const CHAPTERS: [Chapter; 5] = [
    Chapter {
        from: secs(0),
        text: "all is well",
    },
    Chapter {
        from: secs(2),
        text: "checkout answers slowly: a warning",
    },
    Chapter {
        from: secs(18),
        text: "order-events stops sending, though its connection stays open",
    },
    Chapter {
        from: secs(38),
        text: "search answers 503, and price-ticker refuses connections",
    },
    Chapter {
        from: secs(58),
        text: "all recover",
    },
];

/// Returns the number of the chapter at a time of the scenario, from 1, its text, and the time that
/// is left of the round.
pub(super) fn chapter(at: Duration) -> (usize, &'static str, Duration) {
    let at = round_time(at);
    let number = CHAPTERS.iter().filter(|chapter| chapter.from <= at).count();
    let text = CHAPTERS
        .get(number.saturating_sub(1))
        .map_or("", |chapter| chapter.text);
    (number, text, LENGTH.saturating_sub(at))
}

pub(super) const SERVERS: [DemoServer; 8] = [
    DemoServer {
        name: "storefront",
        group: "shop",
        tags: &["web"],
        kind: Kind::Http,
        path: "/health",
        interval: secs(5),
        usual: millis(35),
        limits: None,
        keys: &[],
        remark: "Polled: any answer of the 200s is a heartbeat.",
    },
    DemoServer {
        name: "checkout",
        group: "shop",
        tags: &["web", "money"],
        kind: Kind::Http,
        path: "/health",
        interval: secs(2),
        usual: millis(70),
        limits: Some((millis(400), millis(2_000))),
        keys: &["expect: { json: \"@.ok == true\" }"],
        remark: "The answer must also say that it is well, and not take too long.",
    },
    DemoServer {
        name: "search",
        group: "shop",
        tags: &["web"],
        kind: Kind::Http,
        path: "/health",
        interval: secs(5),
        usual: millis(60),
        limits: None,
        keys: &["expect: { status: [200] }"],
        remark: "Only a 200 will do.",
    },
    DemoServer {
        name: "order-events",
        group: "backend",
        tags: &["money"],
        kind: Kind::Websocket,
        path: "/events",
        interval: secs(5),
        usual: millis(25),
        limits: None,
        keys: &["match: \"@.ts\"", "timestamp: $.ts"],
        remark: "A subscription: messages with a `ts` are heartbeats, and say when they were sent.",
    },
    DemoServer {
        name: "warehouse",
        group: "backend",
        tags: &[],
        kind: Kind::Websocket,
        path: "/stock",
        interval: secs(6),
        usual: millis(10),
        limits: None,
        keys: &["ping: INTERVAL"],
        remark: "Every message is a heartbeat; the latency is that of hbmon's own pings.",
    },
    DemoServer {
        name: "price-ticker",
        group: "backend",
        tags: &["money"],
        kind: Kind::Sse,
        path: "/prices",
        interval: secs(3),
        usual: millis(20),
        limits: None,
        keys: &["event: heartbeat", "timestamp: $.ts"],
        remark: "Server-sent events: one kind of event is the heartbeat.",
    },
    DemoServer {
        name: "audit-log",
        group: "backend",
        tags: &[],
        kind: Kind::Sse,
        path: "/audit",
        interval: secs(10),
        usual: millis(15),
        limits: None,
        keys: &["event: heartbeat", "expect: { json: \"@.load < 1\" }"],
        remark: "A heartbeat that does not meet the expectation is a failure.",
    },
    DemoServer {
        name: "support-chat",
        group: "care",
        tags: &["people"],
        kind: Kind::Socketio,
        path: "",
        interval: secs(5),
        usual: millis(30),
        limits: None,
        keys: &[
            "protocol: 4",
            "transport: websocket",
            "emit: heartbeat",
            "reply: heartbeat-ack",
        ],
        remark: "Emits `heartbeat` and waits for `heartbeat-ack`.",
    },
];

/// Returns the state of a server at a time of the scenario.
pub(super) fn mood(part: &DemoServer, at: Duration, seed: u64) -> ServerState {
    let vary = |latency: Duration| latency.mul_f64(0.75 + chance(part, at, seed) / 2.0);
    match act(part, round_time(at)).map(|act| act.how) {
        None => ServerState::Well {
            latency: vary(part.usual),
        },
        Some(DemoFault::Slow(latency)) => ServerState::Well {
            latency: vary(latency),
        },
        Some(DemoFault::Silent) => ServerState::Silent,
        Some(DemoFault::Unavailable) => ServerState::Unavailable,
        Some(DemoFault::Gone) => ServerState::Gone,
    }
}

/// Returns the delay between two heartbeats. It is so short that a healthy server is never late.
pub(super) fn pause(part: &DemoServer, at: Duration, seed: u64) -> Duration {
    part.interval.mul_f64(0.85 + chance(part, at, seed) / 10.0)
}

/// Returns the time until the state may change. The state does not change earlier.
pub(super) fn until_change(part: &DemoServer, at: Duration) -> Duration {
    let at = round_time(at);
    let turns = ACTS
        .iter()
        .filter(|act| act.who == part.name)
        .flat_map(|act| [act.from, act.to]);
    turns
        .chain([LENGTH])
        .filter(|turn| *turn > at)
        .min()
        .unwrap_or(LENGTH)
        .saturating_sub(at)
}

fn act(part: &DemoServer, at: Duration) -> Option<&'static DemoPhase> {
    ACTS.iter()
        .find(|act| act.who == part.name && (act.from..act.to).contains(&at))
}

/// Returns the time within the current round.
fn round_time(at: Duration) -> Duration {
    millis(u64::try_from(at.as_millis() % LENGTH.as_millis()).unwrap_or(0))
}

/// Returns a random number from 0 to 1. It is the same for the same server, second and seed.
fn chance(part: &DemoServer, at: Duration, seed: u64) -> f64 {
    let who = part
        .name
        .bytes()
        .fold(seed, |mixed, byte| mixed.rotate_left(7) ^ u64::from(byte));
    fastrand::Rng::with_seed(who.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ at.as_secs()).f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str) -> &'static DemoServer {
        SERVERS
            .iter()
            .find(|part| part.name == name)
            .expect("in the cast")
    }

    fn is_well(part: &DemoServer, at: Duration) -> bool {
        matches!(mood(part, at, 7), ServerState::Well { latency } if part.limits.is_none_or(|(warning, _)| latency < warning))
    }

    fn round() -> impl Iterator<Item = Duration> {
        (0..80).map(secs)
    }

    #[test]
    fn it_begins_and_ends_well_and_has_one_trouble_of_each_kind() {
        for at in (0..2).chain(58..80).map(secs) {
            assert!(SERVERS.iter().all(|part| is_well(part, at)), "{at:?}");
        }
        let troubled = SERVERS
            .iter()
            .filter(|part| round().any(|at| !is_well(part, at)))
            .map(|part| part.name);
        assert_eq!(
            troubled.collect::<Vec<_>>(),
            ["checkout", "search", "order-events", "price-ticker"]
        );
        assert!(ACTS.iter().all(|act| act.from < act.to && act.to < LENGTH));
    }

    #[test]
    fn the_slow_one_is_a_warning_and_no_error() {
        let checkout = part("checkout");
        let (warning, error) = checkout.limits.expect("has limits");
        for at in (2..20).map(secs) {
            assert!(
                matches!(mood(checkout, at, 7), ServerState::Well { latency } if latency > warning && latency < error)
            );
        }
    }

    #[test]
    fn the_silent_one_is_silent_long_enough_to_be_an_error() {
        let orders = part("order-events");
        let silent = round()
            .filter(|at| mood(orders, *at, 7) == ServerState::Silent)
            .count() as u64;
        assert!(secs(silent) > orders.interval.mul_f64(2.1) + secs(1));
    }

    #[test]
    fn promises_are_kept_when_all_is_well() {
        for (part, at) in SERVERS
            .iter()
            .flat_map(|part| round().map(move |at| (part, at)))
            .filter(|(p, at)| is_well(p, *at))
        {
            let ServerState::Well { latency } = mood(part, at, 7) else {
                continue;
            };
            assert!(
                pause(part, at, 7) + latency < part.interval,
                "{}",
                part.name
            );
        }
    }

    #[test]
    fn it_is_told_again_and_again_and_the_seed_varies_it() {
        let search = part("search");
        assert_eq!(mood(search, secs(40), 7), ServerState::Unavailable);
        assert_eq!(
            mood(search, secs(40) + LENGTH * 3, 7),
            ServerState::Unavailable
        );
        assert_eq!(mood(search, secs(3), 7), mood(search, secs(3), 7));
        assert_ne!(mood(search, secs(3), 7), mood(search, secs(3), 8));
        assert_ne!(mood(search, secs(3), 7), mood(search, secs(4), 7));
    }

    #[test]
    fn changes_come_when_they_are_announced() {
        let prices = part("price-ticker");
        assert_eq!(until_change(prices, secs(10)), secs(34));
        assert_eq!(until_change(prices, secs(44)), secs(14));
        assert_eq!(until_change(prices, secs(60)), secs(20));
        assert_eq!(until_change(prices, LENGTH + secs(10)), secs(34));
    }

    #[test]
    fn each_chapter_begins_with_what_it_tells() {
        let acts = ACTS.map(|act| act.from);
        for told in &CHAPTERS[1..4] {
            assert!(acts.contains(&told.from), "{}", told.text);
        }
        let mended = ACTS.iter().map(|act| act.to).max();
        assert_eq!(CHAPTERS.last().map(|last| last.from), mended);
        assert!(ACTS[0].from <= secs(3), "it begins at once");
        assert_eq!(chapter(secs(0)), (1, "all is well", LENGTH));
        assert_eq!(chapter(LENGTH + secs(19)).0, 3);
        assert_eq!(chapter(secs(79)), (5, "all recover", secs(1)));
    }
}
