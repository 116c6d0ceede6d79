//! What must hold for every storm, whatever receivers do.

use std::collections::BTreeMap;
use std::time::Duration;

use hbmon::alerts::rules::{AlertRoute, AlertRules, ChannelRules, ChannelTraits, DIGEST, Refresh};
use hbmon::history::notification::{Notification, NotificationState, What};
use hbmon::model::{Meta, Moment, Selector, Status};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::receivers::Receiver;
use crate::world::{World, text};

/// Checks the ledger and the deliveries of a world at any time.
pub(crate) fn check(world: &World) -> Result<(), String> {
    for rows in tellings(world).values() {
        let told = |what: fn(What) -> bool| {
            let told = rows
                .iter()
                .filter(|row| row.state == NotificationState::Told);
            told.filter(|row| what(row.what)).count()
        };
        let recoveries: Vec<_> = rows
            .iter()
            .filter(|row| row.what == What::Recovered)
            .collect();
        let openings = told(What::is_opening);
        if openings > 1 || told(|what| what == What::Recovered) > 1 {
            return Err(format!("told twice: {}", short(rows)));
        }
        let is_over = |row: &Notification| {
            let mut channels = world.rules.channels.iter();
            let is_fallback = channels.any(|one| one.fallback.as_ref() == Some(&row.channel));
            world.openings.contains(&row.id) || is_fallback
        };
        if openings == 0 && !recoveries.iter().all(|row| is_over(row)) {
            return Err(format!("a recovery without an opening: {}", short(rows)));
        }
    }
    check_digests(world)
}

/// A line for each row.
fn short(rows: &[&Notification]) -> String {
    let lines = rows.iter().map(|row| {
        let subject = &row.subject;
        let incident = subject.incident.map(|incident| incident.0);
        format!(
            "\n{} {} {} {} {incident:?} {} {:?} key {:?}, {} tries, created {}, done {:?}",
            row.id.0,
            row.channel,
            row.what.as_str(),
            subject.monitor,
            row.state.as_str(),
            row.why,
            row.sent_with.map(|key| key.0),
            row.attempts,
            row.created,
            row.done
        )
    });
    lines.collect()
}

type TellingKey = (String, Option<u64>, i64);

/// The rows of each channel and incident.
fn tellings(world: &World) -> BTreeMap<TellingKey, Vec<&Notification>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in world.ledger.values() {
        let subject = &row.subject;
        let incident = subject.incident.map(|incident| incident.0);
        let key = (
            row.channel.to_string(),
            incident,
            subject.opened.as_millisecond(),
        );
        all.entry(key).or_default().push(row);
    }
    all
}

/// Two deliveries are at least one digest apart, unless the first was tried in vain.
fn check_digests(world: &World) -> Result<(), String> {
    for channel in &world.rules.channels {
        if channel.traits.one_key || channel.traits.refresh.is_some() {
            continue;
        }
        let all = world.arrivals.iter();
        let all: Vec<_> = all
            .filter(|one| one.delivery.channel == channel.name)
            .collect();
        for pair in all.windows(2) {
            let (first, second) = (pair[0], pair[1]);
            let is_new = |at: &Moment| first.sent <= *at && *at <= second.sent;
            let is_close = second.sent.since(first.sent) < world.rules.digest;
            let is_retry = first.receiver != Receiver::Up;
            if is_close && !is_retry && !world.breaks.iter().any(is_new) {
                return Err(format!("too close: {} / {}", first.line(), second.line()));
            }
        }
    }
    Ok(())
}

/// Everything is well, and all receivers have worked for long enough.
fn check_end(world: &World) -> Result<(), String> {
    check(world)?;
    let alerter = world.alerter.as_ref().unwrap();
    let rest: Vec<&Notification> = alerter.notifications().map(AsRef::as_ref).collect();
    if !rest.is_empty() {
        return Err(format!("rows that are not over: {}", short(&rest)));
    }
    for rows in tellings(world).values() {
        let is = |state, what: fn(What) -> bool| {
            let mut rows = rows.iter();
            rows.any(|row| row.state == state && what(row.what))
        };
        let recovery = |what| what == What::Recovered;
        let is_done =
            is(NotificationState::Told, recovery) || is(NotificationState::Failed, recovery);
        if is(NotificationState::Told, What::is_opening) && !is_done {
            return Err(format!("no recovery: {}", short(rows)));
        }
        let is_idle = |state| !is(state, |_| true);
        if !is_idle(NotificationState::Held) || !is_idle(NotificationState::Waiting) {
            return Err(format!(
                "the ledger has a row that is not over: {}",
                short(rows)
            ));
        }
    }
    Ok(())
}

#[derive(Clone, Debug)]
enum Act {
    Ok(usize),
    Warning(usize),
    Error(usize),
    Pause(usize),
    Resume(usize),
    Silence(usize, u64),
    EndSilences,
    Maintain(usize, u64),
    Acknowledge(usize),
    Receiver(usize, Receiver),
    Restart,
    Stop,
    Start,
    Wait(u64),
}

const MONITORS: [&str; 5] = ["a", "b", "c", "child", "parent"];
const CHANNELS: [&str; 5] = ["am", "chat", "late", "pd", "spare"];

fn rules() -> AlertRules {
    let channel = |name: &str, traits| ChannelRules {
        name: text(name),
        fallback: None,
        traits,
    };
    let plain = ChannelTraits::default();
    let refresh = Refresh {
        every: Duration::from_secs(60),
        recovered_for: Duration::from_secs(900),
    };
    let route = |from, after, to: &[&str], remind| AlertRoute {
        matches: Selector::default(),
        from,
        after: Duration::from_secs(after),
        to: to.iter().map(|name| text(name)).collect(),
        remind,
    };
    let hour = Some(Duration::from_secs(3600));
    AlertRules {
        routes: vec![
            route(Status::Warning, 0, &["am", "chat"], hour),
            route(Status::Error, 0, &["pd"], None),
            route(Status::Error, 300, &["late"], None),
        ],
        channels: vec![
            channel(
                "am",
                ChannelTraits {
                    refresh: Some(refresh),
                    ..plain
                },
            ),
            ChannelRules {
                fallback: Some(text("spare")),
                ..channel("chat", plain)
            },
            channel("late", plain),
            channel(
                "pd",
                ChannelTraits {
                    one_key: true,
                    acknowledgements: true,
                    ..plain
                },
            ),
            channel("spare", plain),
        ],
        digest: DIGEST,
        own: Some(text("spare")),
    }
}

fn world() -> World {
    let metas = MONITORS.iter().map(|name| {
        let mut meta: Meta = World::meta(name);
        if *name == "child" {
            meta.depends_on = vec![text("parent")];
        }
        (meta, Duration::from_secs(60))
    });
    World::new(rules(), metas.collect())
}

fn acts(refuses: bool) -> impl Strategy<Value = Act> {
    let monitor = || 0..MONITORS.len();
    let mut receivers = vec![
        Receiver::Up,
        Receiver::Up,
        Receiver::Down,
        Receiver::Hangs,
        Receiver::Busy(Duration::from_secs(100)),
    ];
    if refuses {
        receivers.push(Receiver::Refuses);
    }
    let receiver = proptest::sample::select(receivers);
    prop_oneof![
        6 => monitor().prop_map(Act::Ok),
        3 => monitor().prop_map(Act::Warning),
        6 => monitor().prop_map(Act::Error),
        1 => monitor().prop_map(Act::Pause),
        2 => monitor().prop_map(Act::Resume),
        1 => (monitor(), 1_u64..2_000).prop_map(|(who, time)| Act::Silence(who, time)),
        1 => Just(Act::EndSilences),
        1 => (monitor(), 1_u64..2_000).prop_map(|(who, time)| Act::Maintain(who, time)),
        1 => monitor().prop_map(Act::Acknowledge),
        4 => (0..CHANNELS.len(), receiver).prop_map(|(who, how)| Act::Receiver(who, how)),
        1 => Just(Act::Restart),
        1 => Just(Act::Stop),
        2 => Just(Act::Start),
        8 => prop_oneof![0_u64..60, 0_u64..2_000].prop_map(Act::Wait),
    ]
}

fn act(world: &mut World, act: &Act) {
    match act {
        Act::Ok(who) => world.ok(MONITORS[*who]),
        Act::Warning(who) => world.warning(MONITORS[*who]),
        Act::Error(who) => world.error(MONITORS[*who]),
        Act::Pause(who) => world.pause(MONITORS[*who], true),
        Act::Resume(who) => world.pause(MONITORS[*who], false),
        Act::Silence(who, time) => world.silence(MONITORS[*who], Duration::from_secs(*time)),
        Act::EndSilences => world.end_silences(),
        Act::Maintain(who, time) => world.maintain(MONITORS[*who], Duration::from_secs(*time)),
        Act::Acknowledge(who) => world.acknowledge(MONITORS[*who], None),
        Act::Receiver(who, how) => {
            world.receivers.insert(text(CHANNELS[*who]), *how);
        }
        Act::Restart => {
            world.stop();
            world.start();
        }
        Act::Stop => world.stop(),
        Act::Start if world.alerter.is_none() => world.start(),
        Act::Start => {}
        Act::Wait(time) => world.pass(Duration::from_secs(*time)),
    }
    world.tick();
}

/// Ends a storm: all is well, and everybody listens.
fn calm(world: &mut World) {
    if world.alerter.is_none() {
        world.start();
    }
    world.receivers.clear();
    world.end_silences();
    for name in MONITORS {
        world.pause(name, false);
        world.ok(name);
    }
    world.pass(Duration::from_secs(7_200));
    // Whatever is broken accepts this.
    world.error("a");
    world.tick();
    world.pass(Duration::from_secs(600));
    world.ok("a");
    world.tick();
    world.pass(Duration::from_secs(7_200));
}

fn play(storm: &[Act]) -> Result<World, String> {
    let mut world = world();
    for one in storm {
        act(&mut world, one);
        check(&world)?;
    }
    calm(&mut world);
    Ok(world)
}

/// The same 100 storms a law each time, or `PROPTEST_CASES` random ones.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok();
    let cases = cases.and_then(|cases| cases.parse().ok());
    ProptestConfig {
        failure_persistence: None,
        rng_seed: match cases {
            Some(_) => RngSeed::Random,
            None => RngSeed::Fixed(16),
        },
        ..ProptestConfig::with_cases(cases.unwrap_or(100))
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_was_told_is_resolved_once(storm in vec(acts(false), 0..60)) {
        let world = play(&storm).map_err(TestCaseError::fail)?;
        check_end(&world).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn refusals_leave_nothing_behind(storm in vec(acts(true), 0..60)) {
        let world = play(&storm).map_err(TestCaseError::fail)?;
        check_end(&world).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn the_same_facts_lead_to_the_same_decisions(storm in vec(acts(true), 0..60)) {
        let lines = |world: &World| world.arrivals.iter().map(|one| one.line()).collect::<Vec<_>>();
        let one = play(&storm).map_err(TestCaseError::fail)?;
        let two = play(&storm).map_err(TestCaseError::fail)?;
        prop_assert_eq!(lines(&one), lines(&two));
        prop_assert_eq!(one.ledger, two.ledger);
    }

    /// Every monitor fails and recovers as it likes: a channel gets at most one message a digest.
    #[test]
    fn messages_are_bounded(storm in vec((0..MONITORS.len(), 0_u8..3, 0_u64..40), 0..200)) {
        let mut world = world();
        for (who, how, pause) in storm {
            let name = MONITORS[who];
            match how {
                0 => world.ok(name),
                1 => world.warning(name),
                _ => world.error(name),
            }
            world.tick();
            world.pass(Duration::from_secs(pause));
        }
        let digests = world.now.since_start().as_secs() / DIGEST.as_secs();
        for name in ["chat", "late", "spare"] {
            let all = world.arrivals.iter();
            let number = all.filter(|one| one.delivery.channel.as_str() == name).count();
            prop_assert!(number as u64 <= 1 + digests, "{} messages", number);
        }
    }
}
