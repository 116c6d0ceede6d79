//! Pushed heartbeats: any body, any path and any expectation.
#![no_main]

use hbmon::model::PushSignal;
use hbmon::monitors::payload::{Expect, Filter, Query};
use hbmon::monitors::push::{PushAction, PushSpec};
use hbmon::monitors::secrets::Secrets;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &str, &str, &[u8])| {
    let (word, run, path, expression, body) = input;
    let filter = Filter::parse(expression).ok();
    let query = Query::parse(path).ok();
    let spec = PushSpec {
        id: query.clone(),
        available: filter.clone(),
        expect: Expect {
            body: None,
            json: filter,
        },
        timestamp: query,
        ..PushSpec::default()
    };
    let secrets = Secrets::new(vec![word.to_owned(), run.to_owned()]);
    for action in [
        Some(PushAction::Beat),
        Some(PushAction::Fail),
        PushAction::parse(word),
    ]
    .into_iter()
    .flatten()
    {
        let read = spec.read(action, Some(run), body, Timestamp::UNIX_EPOCH, &secrets);
        // A reported failure is never refused.
        assert!(read.is_ok() || matches!(action, PushAction::Beat | PushAction::Exit(0)));
        if let Ok(push) = read {
            assert!(action != PushAction::Fail || matches!(push.signal, PushSignal::Failed(_)));
            assert!(
                push.instance
                    .is_none_or(|id| !id.is_empty() && !id.as_str().contains(char::is_control))
            );
        }
    }
});
