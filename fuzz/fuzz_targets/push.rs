//! Pushed heartbeats: any body, any path and any expectation.
#![no_main]

use hbmon::model::Said;
use hbmon::monitors::secrets::Secrets;
use hbmon::monitors::payload::{Expect, Filter, Query};
use hbmon::monitors::push::{Spec, Step};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &str, &str, &[u8])| {
    let (word, run, path, expression, body) = input;
    let filter = Filter::parse(expression).ok();
    let query = Query::parse(path).ok();
    let spec = Spec {
        id: query.clone(),
        available: filter.clone(),
        expect: Expect {
            body: None,
            json: filter,
        },
        timestamp: query,
        ..Spec::default()
    };
    let secrets = Secrets::new(vec![word.to_owned(), run.to_owned()]);
    for step in [Some(Step::Beat), Some(Step::Fail), Step::parse(word)]
        .into_iter()
        .flatten()
    {
        let read = spec.read(step, Some(run), body, Timestamp::UNIX_EPOCH, &secrets);
        // A reported failure is never refused.
        assert!(read.is_ok() || matches!(step, Step::Beat | Step::Exit(0)));
        if let Ok(push) = read {
            assert!(step != Step::Fail || matches!(push.said, Said::Failed(_)));
            assert!(
                push.instance
                    .is_none_or(|id| !id.is_empty() && !id.as_str().contains(char::is_control))
            );
        }
    }
});
