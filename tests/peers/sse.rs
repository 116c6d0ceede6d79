//! sse-starlette with uvicorn.

use crate::support::{assert_error, assert_healthy, python, wanted};

#[test]
fn sse_starlette() {
    if !wanted() {
        return;
    }
    let server = python("sse", &[]);
    let to = |path: &str, more: &str| {
        format!(
            "sse: {{url: \"http://127.0.0.1:{}{path}\"{more}}}",
            server.port
        )
    };

    let queen =
        ", event: heartbeat, expect: {json: '@.workers_online >= 1'}, timestamp: $.timestamp";
    let good = assert_healthy(&to("/v1/heartbeats/stream", queen));
    assert!(good["clock_skew_ms"].is_number(), "{good:#}");
    assert_healthy(&to("/crlf", queen));
    assert_healthy(&to("/cr", queen));
    assert_healthy(&to("/moved", queen));
    assert_healthy(&to("/once", queen));
    assert_healthy(&to("/comments", ", comments: true"));

    assert_error(&to("/comments", ""), "missed", "missed");
    assert_error(&to("/silent", ""), "missed", "missed");
    assert_error(
        &to("/v1/heartbeats/stream", ", event: other"),
        "missed",
        "missed",
    );
    assert_error(&to("/no-workers", queen), "assertion", "workers_online");
    assert_error(&to("/none", ""), "status", "204");
    assert_error(&to("/html", ""), "content_type", "text/html");
    assert_error(&to("/busy", ""), "status", "503");
    assert_error(&to("/nowhere", ""), "status", "404");
}
