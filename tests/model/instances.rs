//! The registry of instances against somebody who looks at everybody, and at its full size.

use std::collections::BTreeMap;
use std::time::Duration;

use hbmon::model::{
    Beat, ChangeKind, Event, Fleet, InstanceChange, InstanceCounts, InstancePolicy, MAX_INSTANCES,
    Moment, Policy, Push, PushSignal, Rhythm, Signal, Text,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::laws::{crowds, durations, policies, pushes};
use crate::support::{ONE, fleet_of_one, note, row, snapshot};

/// What is known of one instance, found again by looking.
#[derive(Clone, Debug)]
struct Known {
    heard: Moment,
    last_beat: Option<Moment>,
    available: bool,
    /// Whether its last deadline has passed.
    lapsed: bool,
}

#[derive(Default)]
struct Naive(BTreeMap<Text, Known>);

impl Naive {
    fn hear(&mut self, push: &Push, now: Moment) {
        let Some(id) = &push.instance else { return };
        let (beat, available) = match &push.signal {
            PushSignal::Beat { available, .. } => (true, *available),
            PushSignal::Failed(_) => (false, false),
            PushSignal::Start | PushSignal::Log(_) => return,
        };
        let known = self.0.entry(id.clone()).or_insert(Known {
            heard: now,
            last_beat: None,
            available,
            lapsed: true,
        });
        (known.heard, known.available) = (now, available);
        if beat {
            (known.last_beat, known.lapsed) = (Some(now), false);
        }
    }

    /// Time passes; a heartbeat at the very end of it is still to come.
    fn pass(&mut self, now: Moment, inclusive: bool, policy: &Policy, crowd: InstancePolicy) {
        let due = |at: Moment| if inclusive { at <= now } else { at < now };
        self.0.retain(|_, known| {
            let mut end = known.heard.plus(crowd.forget_after);
            if let Some(last) = known.last_beat.filter(|_| !known.lapsed) {
                let limit = last.plus(policy.interval).plus(policy.grace);
                known.lapsed = due(limit);
                // Nobody is forgotten while online.
                end = end.max(limit);
            }
            !(known.lapsed && due(end))
        });
    }

    fn counts(&self) -> InstanceCounts {
        let count =
            |keep: fn(&Known) -> bool| self.0.values().filter(|known| keep(known)).count() as u32;
        let online = count(|known| !known.lapsed);
        InstanceCounts {
            total: self.0.len() as u32,
            online,
            available: count(|known| !known.lapsed && known.available),
        }
    }
}

proptest! {
    #[test]
    fn instances_are_counted_as_somebody_would_who_looks_at_all(
        story in vec((durations(15_000), pushes(), any::<bool>()), 0..60), policy in policies(), crowd in crowds(),
    ) {
        // The model beside it does not read timestamps.
        let policy = Policy { instances: Some(crowd), rhythm: Rhythm::Subscription, max_age: None, ..policy };
        let mut fleet = fleet_of_one(policy.clone());
        let mut naive = Naive::default();
        let mut now = Moment::START;
        for (pause, push, advance) in story {
            now = now.plus(pause);
            if advance {
                fleet.advance(now);
                naive.pass(now, true, &policy, crowd);
            }
            naive.pass(now, !matches!(push.signal, PushSignal::Beat { .. }), &policy, crowd);
            naive.hear(&push, now);
            fleet.observe(note(now, Signal::Pushed(Box::new(push))));
            prop_assert_eq!(row(&mut fleet, now).instances.unwrap(), naive.counts());
            let listed = fleet.instances(ONE, now).unwrap();
            prop_assert_eq!(listed.len(), naive.0.len());
            for known in listed {
                prop_assert_eq!(known.last_beat, naive.0[&known.id].last_beat);
                prop_assert!(known.online || !known.available);
            }
        }
        let end = now.plus(Duration::from_secs(100_000_000));
        fleet.advance(end);
        prop_assert_eq!(row(&mut fleet, end).instances.unwrap(), InstanceCounts::default(), "all are forgotten");
        coming_and_going(&mut fleet)?;
    }
}

/// Every instance is online before it goes offline, and offline before it is forgotten.
fn coming_and_going(fleet: &mut Fleet) -> Result<(), TestCaseError> {
    let mut online: BTreeMap<Text, bool> = BTreeMap::new();
    let seen = snapshot(fleet, Moment::START);
    for change in seen.changes.iter() {
        let ChangeKind::Target {
            event: Event::Instance { id, change },
            ..
        } = &change.kind
        else {
            continue;
        };
        let was_online = online
            .insert(id.clone(), *change == InstanceChange::Online)
            .unwrap_or(false);
        let wanted = matches!(change, InstanceChange::Offline);
        prop_assert_eq!(was_online, wanted, "{} {}", id, change.as_str());
    }
    prop_assert!(online.values().all(|online| !online));
    Ok(())
}

#[test]
fn a_full_registry_takes_nobody_in_and_keeps_everybody() {
    let instances = Some(InstancePolicy {
        forget_after: Duration::from_secs(3_600),
        min_online: 0,
    });
    let policy = Policy {
        instances,
        ..Policy::with_interval(Rhythm::Subscription, Duration::from_secs(60))
    };
    let mut fleet = fleet_of_one(policy);
    let beat = |id: usize| {
        let said = PushSignal::Beat {
            beat: Beat::default(),
            available: true,
        };
        let instance = Some(Text::clean(&id.to_string()));
        Signal::Pushed(Box::new(Push {
            signal: said,
            run: None,
            instance,
            evidence: None,
        }))
    };
    for id in 0..=MAX_INSTANCES {
        fleet.observe(note(Moment::START, beat(id)));
    }
    assert!(
        fleet.is_full(ONE) && !fleet.has_instance(ONE, &Text::clean(&MAX_INSTANCES.to_string()))
    );
    let seen = row(&mut fleet, Moment::START);
    assert_eq!(seen.instances.unwrap().online as usize, MAX_INSTANCES);
    assert_eq!(
        seen.beats as usize, MAX_INSTANCES,
        "what is not taken in does not count"
    );
    // All of them go silent in one instant.
    fleet.advance(Moment::after_start(Duration::from_secs(66)));
    assert_eq!(row(&mut fleet, Moment::START).instances.unwrap().online, 0);
    fleet.advance(Moment::after_start(Duration::from_secs(3_600)));
    assert_eq!(
        row(&mut fleet, Moment::START).instances,
        Some(InstanceCounts::default())
    );
    assert!(!fleet.is_full(ONE));
}
