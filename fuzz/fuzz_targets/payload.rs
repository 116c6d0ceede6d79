//! Timestamps and filters: any payload with any expression.
#![no_main]

use hbmon::monitors::payload::{Expect, Filter, Query, classify, parse_timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &[u8])| {
    let (expression, path, raw) = input;
    let filter = match Filter::parse(expression) {
        Ok(filter) => Some(filter),
        Err(mistake) => {
            assert!(expression.is_char_boundary(mistake.at));
            None
        }
    };
    let query = match Query::parse(path) {
        Ok(query) => Some(query),
        Err(mistake) => {
            assert!(path.is_char_boundary(mistake.at));
            None
        }
    };
    let expect = Expect {
        body: None,
        json: filter.clone(),
    };
    classify(raw, filter.as_ref(), &Expect::default(), query.as_ref());
    classify(raw, None, &expect, query.as_ref());
    let _ = hbmon::monitors::payload::json::records(raw);
    parse_timestamp(&serde_json::Value::from(expression));
    if let Ok(value) = serde_json::from_slice(raw) {
        parse_timestamp(&value);
    }
});
