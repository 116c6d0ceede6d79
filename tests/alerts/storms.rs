//! Many monitors at once, and one monitor for a long time.

use std::time::Duration;

use hbmon::alerts::rules::{AlertRoute, AlertRules, ChannelRules, ChannelTraits, DIGEST};
use hbmon::model::{Moment, Selector, Status};

use crate::world::{World, text};

fn rules() -> AlertRules {
    AlertRules {
        routes: vec![AlertRoute {
            matches: Selector::default(),
            from: Status::Warning,
            after: Duration::ZERO,
            to: vec![text("page")],
            remind: None,
        }],
        channels: vec![ChannelRules {
            name: text("page"),
            fallback: None,
            traits: ChannelTraits::default(),
        }],
        digest: DIGEST,
        own: None,
    }
}

fn world(monitors: usize) -> World {
    let metas = (0..monitors).map(|number| {
        let meta = World::meta(&format!("m{number:05}"));
        (meta, Duration::from_secs(60))
    });
    World::new(rules(), metas.collect())
}

fn all_fail(world: &mut World) {
    for name in world.names.clone() {
        world.error(name.as_str());
    }
}

#[test]
fn ten_thousand_at_once_are_two_messages() {
    let mut world = world(10_000);
    world.pass(Duration::from_secs(60));
    all_fail(&mut world);
    world.tick();
    world.pass(Duration::from_secs(120));
    let shown: Vec<_> = world
        .arrivals
        .iter()
        .map(|one| {
            let delivery = &one.delivery;
            let at = one.at.since_start().as_secs();
            (at, delivery.notices.len(), delivery.more)
        })
        .collect();
    assert_eq!(shown, [(60, 1, 0), (90, 20, 9_979)]);
    // Each row: new, tried, told.
    assert!(world.commits <= 40_000, "{} commits", world.commits);
    let names = world.names.clone();
    for name in names {
        world.ok(name.as_str());
    }
    world.tick();
    world.pass(Duration::from_secs(60));
    let more: Vec<_> = world.arrivals.iter().map(|one| one.delivery.more).collect();
    assert_eq!(more, [0, 9_979, 0, 9_979]);
    let alerter = world.alerter.as_ref().unwrap();
    assert_eq!(alerter.notifications().count(), 0);
}

#[test]
fn what_was_over_before_it_could_be_told_is_bounded() {
    let mut world = world(3_000);
    world
        .receivers
        .insert(text("page"), crate::receivers::Receiver::Down);
    all_fail(&mut world);
    world.pass(Duration::from_secs(100));
    for name in world.names.clone() {
        world.ok(name.as_str());
    }
    world.pass(Duration::from_secs(100));
    world.receivers.clear();
    world.pass(Duration::from_secs(600));
    let last = world.arrivals.last().unwrap();
    assert_eq!(last.delivery.notices.len(), 20);
    assert_eq!(last.delivery.more, 2_980);
    let alerter = world.alerter.as_ref().unwrap();
    assert_eq!(alerter.notifications().count(), 0);
}

#[test]
fn a_week_of_flapping_is_a_handful_of_messages() {
    let mut world = world(1);
    let week = Moment::after_start(Duration::from_secs(7 * 86_400));
    // A minute down, a minute up.
    while world.now < week {
        world.error("m00000");
        world.tick();
        world.pass(Duration::from_secs(60));
        world.ok("m00000");
        world.tick();
        world.pass(Duration::from_secs(60));
    }
    world.pass(Duration::from_secs(3_600));
    let lines: Vec<_> = world.arrivals.iter().map(|one| one.line()).collect();
    assert_eq!(
        lines,
        [
            "0s page: opened m00000 error",
            "1m page: recovered m00000 after 1m",
            "2m page: opened m00000 error",
            "3m page: recovered m00000 after 1m",
            "4m page: flapping m00000 error",
            "168h14m page: recovered m00000 after 1m",
        ]
    );
}

#[test]
fn a_week_of_rare_outages_is_told_in_full() {
    let mut world = world(1);
    for _ in 0..7 * 24 {
        world.error("m00000");
        world.tick();
        world.pass(Duration::from_secs(600));
        world.ok("m00000");
        world.tick();
        world.pass(Duration::from_secs(3_000));
    }
    assert_eq!(world.arrivals.len(), 2 * 7 * 24);
}
