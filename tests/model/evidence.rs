//! What was seen of a failure stays with the verdict that it makes, and with the event that tells
//! of it.

use std::sync::Arc;

use hbmon::model::{
    ChangeKind, Event, Evidence, Failure, LocalLimit, Policy, Rhythm, Signal, Text,
};

use crate::support::{at, beat, fleet_of_one, millis, note, row, snapshot};

fn seen(body: &str) -> Option<Arc<Evidence>> {
    Some(Arc::new(Evidence {
        body: Some(Text::clean(body)),
        ..Evidence::default()
    }))
}

fn failed(failure: Failure, evidence: Option<Arc<Evidence>>) -> Signal {
    Signal::Failed {
        failure,
        evidence,
        latency: None,
        ended: false,
    }
}

#[test]
fn it_is_kept_with_the_cause_and_goes_with_it() {
    let mut fleet = fleet_of_one(Policy::with_interval(Rhythm::Subscription, millis(30_000)));
    let status = |code| Failure::Status { code, note: None };
    fleet.observe(note(at(1), failed(status(500), seen("first"))));
    fleet.observe(note(at(2), failed(status(502), seen("second"))));
    // A connection that stands says nothing about the failure before it.
    fleet.observe(note(at(3), Signal::Open));
    let shown = row(&mut fleet, at(4));
    assert_eq!(shown.cause_evidence(), seen("second").as_deref());
    fleet.observe(note(at(5), beat(None, None)));
    assert_eq!(row(&mut fleet, at(6)).cause_evidence(), None, "well again");
    fleet.observe(note(at(7), failed(status(503), None)));
    assert_eq!(
        row(&mut fleet, at(8)).cause_evidence(),
        None,
        "nothing was seen of the newest"
    );
}

#[test]
fn events_and_row_share_what_is_the_same_again() {
    let mut fleet = fleet_of_one(Policy::with_interval(Rhythm::Poll, millis(30_000)));
    for second in 1..=3 {
        fleet.observe(note(
            at(second),
            failed(Failure::Refused { peer: None }, seen("the same")),
        ));
    }
    // What this machine lacks is no failure of the target, and changes nothing.
    fleet.observe(note(
        at(4),
        failed(
            Failure::Local {
                limit: LocalLimit::Files,
            },
            seen("another"),
        ),
    ));
    let shot = snapshot(&mut fleet, at(5));
    let told: Vec<_> = shot
        .changes
        .iter()
        .filter_map(|change| match &change.kind {
            ChangeKind::Target {
                event: Event::Failure { evidence, .. },
                ..
            } => evidence.clone(),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 3);
    let kept = shot.rows[0].evidence.clone().unwrap();
    assert!(told.iter().all(|event| Arc::ptr_eq(event, &kept)));
}
