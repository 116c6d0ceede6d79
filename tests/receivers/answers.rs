//! What channels make of the answers of receivers.

use std::time::Duration;

use bytes::Bytes;
use hbmon::alerts::delivery::DeliveryResult;
use hbmon::channels::outgoing::Answer;
use http::{HeaderMap, StatusCode};

use crate::examples::channel;
use crate::stub::Shape;

fn judged(shape: Shape, status: u16, body: &str) -> DeliveryResult {
    channel(shape, "https://h.test/").judge(&Answer::Http {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
        wait: None,
    })
}

/// Returns a letter: accepted, refused, failed.
fn letter(shape: Shape, status: u16, body: &str) -> char {
    match judged(shape, status, body) {
        DeliveryResult::Accepted { .. } => 'A',
        DeliveryResult::Refused { .. } => 'R',
        DeliveryResult::Failed { .. } => 'F',
    }
}

#[test]
fn each_kind_has_its_own_final_refusals() {
    const STATUSES: [u16; 17] = [
        200, 202, 204, 302, 400, 401, 403, 404, 408, 410, 413, 425, 429, 500, 502, 503, 504,
    ];
    for (shape, body, wanted) in [
        (Shape::Webhook, "", "AAAFRRRRFRRFFFFFF"),
        (Shape::Alertmanager, "", "AFFFRFFFFFFFFFFFF"),
        (Shape::PagerDuty, "", "FAFFRFFFFFFFFFFFF"),
        (Shape::Slack, "ok", "AFFFFFRRFRFFFFFFF"),
        (Shape::Discord, "", "AFAFRRRRFFFFFFFFF"),
        (Shape::Teams, "", "AAFFRRRRFRRRFFFFF"),
        (Shape::Telegram, r#"{"ok":true}"#, "AFFFRRRRFFFFFFFFF"),
        (Shape::Ntfy, "", "AFFFRRRFFFRFFFFFF"),
    ] {
        let got: String = STATUSES
            .iter()
            .map(|status| letter(shape, *status, body))
            .collect();
        assert_eq!(got, wanted, "{shape:?} {STATUSES:?}");
    }
}

#[test]
fn an_answer_that_is_200_can_be_a_failure() {
    for (shape, body, wanted) in [
        (Shape::Slack, "ok\n", 'A'),
        (Shape::Slack, r#"{"success":true}"#, 'A'),
        (Shape::Slack, "<html>login</html>", 'F'),
        (Shape::Slack, "", 'F'),
        (Shape::Telegram, r#"{"ok":false}"#, 'F'),
        (Shape::Telegram, "ok", 'F'),
    ] {
        assert_eq!(letter(shape, 200, body), wanted, "{shape:?} {body}");
    }
    for word in [
        "invalid_token",
        "no_service",
        "channel_not_found",
        "channel_is_archived",
        "action_prohibited",
        "no_active_hooks",
        "posting_to_general_channel_denied",
    ] {
        assert_eq!(letter(Shape::Slack, 400, word), 'R', "{word}");
        assert_eq!(letter(Shape::Slack, 500, word), 'R', "{word}");
    }
    assert_eq!(letter(Shape::Slack, 400, "invalid_payload"), 'F');
}

#[test]
fn receivers_say_how_long_to_wait_in_their_bodies() {
    for (shape, body, wanted) in [
        (Shape::Discord, r#"{"retry_after": 0.65}"#, Some(650)),
        (Shape::Discord, r#"{"retry_after": -1}"#, None),
        (Shape::Discord, r#"{"retry_after": 1e18}"#, Some(86_400_000)),
        (Shape::Discord, "slow down", None),
        (
            Shape::Telegram,
            r#"{"ok":false,"parameters":{"retry_after":35}}"#,
            Some(35_000),
        ),
        (Shape::Ntfy, r#"{"code":42908}"#, Some(3_600_000)),
        (Shape::Ntfy, r#"{"code":42901}"#, None),
    ] {
        let DeliveryResult::Failed { wait, .. } = judged(shape, 429, body) else {
            panic!("{shape:?}");
        };
        assert_eq!(wait, wanted.map(Duration::from_millis), "{shape:?} {body}");
    }
}

#[test]
fn no_answer_is_a_failure_with_its_sentence() {
    for shape in Shape::ALL {
        let why = "connection refused (127.0.0.1:9)".to_owned();
        let result = channel(shape, "https://h.test/").judge(&Answer::Nothing { why });
        let DeliveryResult::Failed { why, wait: None } = result else {
            panic!("{result:?}");
        };
        assert_eq!(why.as_str(), "connection refused (127.0.0.1:9)");
    }
}
