//! Words of other tools (uptime-kuma, gatus, blackbox_exporter, monika) and of habit.

/// Where a word means what the table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    Any,
    /// At the top of the file.
    File,
    /// Not there.
    Monitor,
}

/// Returns what hbmon calls the thing that another word means. Case, `-` and `_` do not matter.
pub(super) fn instead_of(key: &str, is_at_top: bool) -> Option<&'static str> {
    let word: String = key
        .chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect();
    let fits = |place: Where| match place {
        Where::Any => true,
        Where::File => is_at_top,
        Where::Monitor => !is_at_top,
    };
    WORDS
        .iter()
        .filter(|(_, place, _)| fits(*place))
        .find(|(words, ..)| words.split(' ').any(|known| known == word))
        .map(|(_, _, help)| *help)
}

/// Words, without `-` and `_` and in lower case, and what to write instead.
const WORDS: &[(&str, Where, &str)] = &[
    (
        "retries maxretries retry failurethreshold incidentthreshold maxattempts failafter \
         attempts",
        Where::Any,
        "`thresholds: {failures: {error: 3}}` next to the kind makes the third failure in a \
         row an error",
    ),
    (
        "successthreshold recoverythreshold",
        Where::Any,
        "`thresholds: {recover: 3}` next to the kind takes three good heartbeats to recover",
    ),
    (
        "endpoints targets services checks sites probes monitor urls jobs monitorlist",
        Where::File,
        "the list is called `monitors`: `monitors: [{name: api, http: URL}]`",
    ),
    (
        "externalendpoints",
        Where::File,
        "a pushed heartbeat is a monitor too: `monitors: [{name: job, interval: 1h, push: \
         {}}]`",
    ),
    (
        "global settings common default",
        Where::File,
        "keys for all monitors belong in `defaults`",
    ),
    (
        "metrics",
        Where::File,
        "`hbmon serve` always has `/metrics`; `listen` names its address",
    ),
    (
        "web server port",
        Where::File,
        "`listen: 127.0.0.1:9747` names the address of the HTTP interface",
    ),
    ("ui", Where::File, "`screen` has what there is to choose"),
    (
        "storage database",
        Where::File,
        "`hbmon serve` and `watch` keep a history by themselves; `--state=PATH` says where, \
         `history: {keep: …}` how long",
    ),
    (
        "concurrency",
        Where::File,
        "`check --concurrency N` limits a run; `serve` spreads its attempts",
    ),
    (
        "modules",
        Where::File,
        "a module and a target together are one monitor: `monitors: [{name: api, http: URL}]`",
    ),
    (
        "maintenance",
        Where::Any,
        "planned times belong in `maintenance` of the file: `maintenance: [{match: api, schedule: \
         {cron: \"0 2 * * 0\"}, for: 2h}]`; `enabled: false` pauses a monitor",
    ),
    (
        "statuscode statuscodes expectedstatus expectedstatuscode expectedstatuscodes \
         expectedcodes acceptedstatuscodes acceptedstatus validstatuscodes httpstatus code \
         codes",
        Where::Any,
        "`expect: {status: [200, 2xx]}` below `http` names the good statuses",
    ),
    (
        "conditions assertions assert",
        Where::Any,
        "conditions belong in `expect` under the kind: `[STATUS] == 200` is `expect: \
         {status: 200}`, `[BODY].x == 1` is `expect: {json: '@.x == 1'}`; `[RESPONSE_TIME] < \
         300` is `thresholds: {latency: {error: 300ms}}` beside it",
    ),
    (
        "alerting alert notifications notification notify notificationidlist receivers receiver \
         contactpoints webhook email slack discord teams telegram ntfy pagerduty",
        Where::Any,
        "who is told of incidents stands in `alerts` of the file: `alerts: {channels: [{name: \
         ops, slack: \"${SLACK_URL}\"}], routes: [{match: \"*\", to: ops}]}`",
    ),
    (
        "resendinterval reminder repeatinterval",
        Where::Any,
        "`remind: 4h` in a route of `alerts` repeats a message; `check --only-changes --remind 6h` \
         repeats one of cron",
    ),
    (
        "groupwait groupinterval groupby",
        Where::Any,
        "`digest: 30s` in `alerts`: what follows a message within this time is one message",
    ),
    (
        "inhibitrules inhibit",
        Where::Any,
        "`depends_on: [router]` in a monitor holds its alerts while router is in error",
    ),
    (
        "escalation escalations escalationpolicy",
        Where::Any,
        "a route with `after: 30m` in `alerts` tells what is open, and not acknowledged, for so \
         long",
    ),
    (
        "client",
        Where::Any,
        "`timeout` belongs next to the kind; `tls: {insecure: true}`, `proxy` and `redirects` \
         below it",
    ),
    (
        "type kind prober module scheme",
        Where::Any,
        "the kind is a key: `http: URL`, `websocket: URL`, `sse: URL`, `socketio: URL` or \
         `push: {}`",
    ),
    (
        "ignoretls ignoressl insecureskipverify allowunauthorized skipverify verify verifyssl \
         sslverify tlsverify ignorecert",
        Where::Any,
        "`tls: {insecure: true}` below the kind accepts any certificate",
    ),
    (
        "tlsconfig ssl",
        Where::Any,
        "`tls: {ca_file: ca.pem}` belongs under the kind",
    ),
    (
        "keyword contains bodyregex failifbodynotmatchesregexp searchstring regex",
        Where::Any,
        "`expect: {body: REGEX}` below `http` searches the body",
    ),
    (
        "invertkeyword failifbodymatchesregexp upsidedown inverted",
        Where::Any,
        "name what is good: `expect: {status: [503]}`, or a filter as `expect: {json: \
         '!@.error'}`",
    ),
    (
        "failifheadernotmatches",
        Where::Any,
        "`expect: {headers: {NAME: REGEX}}` below `http` looks at headers",
    ),
    (
        "jsonpath jsonquery expectedvalue",
        Where::Any,
        "`expect: {json: '@.status == \"up\"'}` below `http` is a filter of RFC 9535",
    ),
    (
        "maxredirects followredirects followredirect ignoreredirect",
        Where::Any,
        "`redirects: 3` below `http` follows up to three redirects, `0` none",
    ),
    (
        "heartbeatinterval heartbeat period every frequency checkinterval scrapeinterval \
         polling",
        Where::Any,
        "`interval: 30s` belongs next to the kind",
    ),
    (
        "retryinterval",
        Where::Any,
        "`backoff: {initial: 1s, max: 60s}` next to the kind says when a failed attempt is \
         repeated",
    ),
    (
        "basicauth basicauthuser basicauthpass username user password credentials authmethod \
         login",
        Where::Any,
        "`auth: {basic: {username: bob, password: \"${PASSWORD}\"}}` belongs under the kind",
    ),
    (
        "bearertoken bearertokenfile apitoken apikey authorization",
        Where::Any,
        "`auth: {bearer: \"${TOKEN}\"}` belongs under the kind; `${file:PATH}` reads a file",
    ),
    (
        "pushtoken",
        Where::Any,
        "`push: {token: \"${TOKEN}\"}` is the token of a pushed heartbeat",
    ),
    (
        "hostname host address endpoint target uri site",
        Where::Any,
        "the URL has all of it: `http: https://HOST:PORT/PATH`",
    ),
    (
        "port path",
        Where::Monitor,
        "the URL has all of it: `http: https://HOST:PORT/PATH`",
    ),
    (
        "proxyurl httpproxy",
        Where::Any,
        "`proxy: URL` belongs under the kind",
    ),
    (
        "preferredipprotocol ipprotocol ipprotocolfallback ipversion ipfamily",
        Where::Any,
        "`ip: 4` or `ip: 6` below the kind chooses; by default both are tried",
    ),
    (
        "active paused disabled enable pause",
        Where::Any,
        "`enabled: false` pauses a monitor",
    ),
    (
        "parent folder team owner namespace",
        Where::Any,
        "`group: NAME` and `labels: {team: shop}` belong next to the kind",
    ),
    (
        "header requestheaders",
        Where::Any,
        "`headers: {NAME: VALUE}` belongs under the kind",
    ),
    (
        "data requestbody postdata",
        Where::Any,
        "`body: TEXT` or `json: {…}` belongs under `http`",
    ),
    (
        "responsetime maxlatency maxresponsetime latencythreshold slow",
        Where::Any,
        "`thresholds: {latency: {error: 2s}}` belongs next to the kind",
    ),
    (
        "certificateexpiration certificateexpiry certexpiry expirynotification sslexpiry",
        Where::Any,
        "`certificate: {warning: 14d, error: 3d}` below the kind; it is always on",
    ),
    (
        "title friendlyname displayname alias",
        Where::Any,
        "`name` is a word of letters, digits, `.`, `_` and `-`; `description` takes any text",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_word_stands_twice_in_one_place() {
        let mut known = HashSet::new();
        for (words, place, _) in WORDS {
            for word in words.split(' ') {
                let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
                assert!(word.chars().all(is_plain), "{word}");
                assert!(known.insert((word, format!("{place:?}"))), "{word}");
            }
        }
    }

    #[test]
    fn spelling_does_not_matter() {
        for word in ["max_retries", "maxRetries", "Max-Retries", "retries"] {
            assert!(
                instead_of(word, false).is_some_and(|help| help.contains("failures")),
                "{word}"
            );
        }
        assert_eq!(instead_of("endpoints", false), None);
    }
}
