//! What the reasons of failures mean, and what to do about them.

use crate::model::{Cause, Failure, LocalLimit, Reason, Row, Status};

/// What is known of a reason without looking at the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonGuide {
    /// What happened, in one line without a period.
    pub what: &'static str,
    /// What usually causes it.
    pub causes: &'static str,
    /// What to do first, in one line.
    pub advice: &'static str,
}

/// Returns what a reason means.
pub const fn reason_guide(reason: Reason) -> ReasonGuide {
    match reason {
        Reason::Dns => ReasonGuide {
            what: "the name has no address, or no name server answers",
            causes: "hbmon looks a name up in /etc/hosts and then at the name servers of \
                     /etc/resolv.conf, in their order. `no such host` is the answer of a name \
                     server: the name is misspelt, not registered, or known only inside another \
                     network. `timed out` and `name server failed` say that a name server works \
                     and has no answer for this name. `no name server answers this machine` is \
                     not the target's fault.",
            advice: "Compare the name with `getent ahosts NAME` on this machine; then look at \
                     the zone of the name.",
        },
        Reason::Refused => ReasonGuide {
            what: "connection refused",
            causes: "The machine answers, but nothing listens on this port: the service is down \
                or restarting, it listens on another port or only on loopback, or a firewall \
                rejects the connection.",
            advice: "On the target, check that the service runs, and with `ss -ltn` that it \
                listens on this address and port.",
        },
        Reason::Unreachable => ReasonGuide {
            what: "no route to the target, or this machine has no file, port or buffer left for \
                   an attempt",
            causes: "No packet reaches the target: a route, a VPN or an address family is \
                missing, or a router reports that the host is gone. A message with `this \
                machine` is about hbmon's machine: it has no file, port, buffer or network left. \
                It does not count against the target.",
            advice: "Try `ping` and `ip route get ADDRESS` from this machine; with a broken IPv6 \
                     set `ip: 4`.",
        },
        Reason::Reset => ReasonGuide {
            what: "TCP reset",
            causes: "The connection was open, and the other side or a device in between ended it \
                abruptly: a service that crashed or restarted, a load balancer without a healthy \
                backend, a firewall that dropped the connection's state, or a server that closes \
                idle connections.",
            advice: "Read the target's log at this time, and check the idle timeouts of the \
                proxies in between.",
        },
        Reason::Timeout => ReasonGuide {
            what: "the attempt took longer than `timeout`",
            causes: "The message says how far the attempt came. `not connected`: packets are \
                     dropped, mostly by a firewall, or the host is gone. `TLS handshake not \
                     finished`: the port is open and the service hangs. `no response headers`: \
                     the service took the request and is slow or stuck. `body stopped`: it began \
                     and did not end.",
            advice: "Run `hbmon probe -v URL` and look at the phases; raise `timeout` only for a \
                     target that may be this slow.",
        },
        Reason::Tls => ReasonGuide {
            what: "TLS failed: a plain port, no common version or cipher",
            causes: "The handshake failed before a certificate could be judged: the port speaks \
                     no TLS, the server knows only TLS 1.1 or older, no cipher suite is common, \
                     or it wants a client certificate.",
            advice: "Check scheme and port of the URL; hbmon needs TLS 1.2 with ECDHE, or TLS \
                     1.3.",
        },
        Reason::Certificate => ReasonGuide {
            what: "the certificate's chain, name or date is wrong, or it expires soon",
            causes: "The message names the fault and the subject: expired, not yet valid, for \
                     another name, or from an unknown issuer. Unknown issuers are often a chain \
                     without its intermediate certificate, which browsers mend and other clients \
                     do not.",
            advice: "Renew or complete the chain on the server; for a private authority set \
                     `tls.ca_file`, for another name `tls.server_name`.",
        },
        Reason::Proxy => ReasonGuide {
            what: "the proxy refuses, cannot be reached or requires a login",
            causes: "The proxy failed; the target was not contacted. A 407 is a missing or wrong \
                login, a 403 a rule of the proxy, and a refused connection a wrong address or \
                port.",
            advice: "Check the key `proxy` and the proxy's log; hbmon does not read the proxy \
                variables of the environment.",
        },
        Reason::Protocol => ReasonGuide {
            what: "the answer violates the protocol or belongs to another one",
            causes: "The answer does not follow HTTP, WebSocket, SSE, Engine.IO or Socket.IO: \
                another service uses this port, the protocol has another version, a proxy is \
                broken, or headers give contradicting lengths. The message quotes the wrong part.",
            advice: "Check the port and the kind of the monitor; `hbmon probe -v URL` shows the \
                answer.",
        },
        Reason::Status => ReasonGuide {
            what: "an unexpected HTTP status, also in the handshake of WebSocket, SSE and \
                Engine.IO",
            causes: "The target answers, but not with an accepted status. 5xx: the service or \
                its backend fails. 401 and 403: the login or the address is not allowed. 404: \
                the path is wrong. 429: too many requests. 3xx: the URL has moved. The line \
                below shows the beginning of the body and captured headers.",
            advice: "Look for this request in the target's log; if the status is right, name it \
                     in `expect.status`.",
        },
        Reason::Redirects => ReasonGuide {
            what: "more redirects than allowed, or one that must not be followed",
            causes: "The redirects form a loop or have too many steps, or a redirect would send \
                the body of the request to another origin.",
            advice: "Write the final URL into the config; `redirects: N` allows more steps.",
        },
        Reason::ContentType => ReasonGuide {
            what: "an SSE response with the wrong content type",
            causes: "An event stream has the content type text/event-stream. Another type \
                usually means an error page, a login page, or the URL of a page instead of its \
                stream.",
            advice: "Open the URL with `curl -N`; check the path and the login.",
        },
        Reason::Assertion => ReasonGuide {
            what: "an expectation, `max_age` or `min_online` is not met, or the timestamp does \
                   not move",
            causes: "The answer arrived, but does not meet a key of the config: `expect`, \
                `max_age` or `min_online`. The message shows the expression and the actual \
                value. A timestamp that does not move means that the page is no longer updated.",
            advice: "Compare the value in the message with the expectation: one of them is wrong.",
        },
        Reason::Payload => ReasonGuide {
            what: "not JSON where JSON is needed, or no readable `timestamp`",
            causes: "`match`, `expect.json` and `timestamp` need JSON. The message says where \
                     the text stops to be JSON, or what the timestamp looks like. An HTML page \
                     instead of JSON is mostly an error page.",
            advice: "Look at the body with `hbmon probe -v URL`; a timestamp is RFC 3339 with an \
                     offset, or epoch seconds or milliseconds.",
        },
        Reason::TooLarge => ReasonGuide {
            what: "larger than `max_bytes`",
            causes: "An answer, a message or a header is larger than hbmon reads. The default of \
                     `max_bytes` is meant for health checks, not for downloads.",
            advice: "Use a URL with a smaller answer, or raise `max_bytes`.",
        },
        Reason::Closed => ReasonGuide {
            what: "the connection ended too early, by a close frame or without one",
            causes: "The other side ended the connection, with a code (1001 going away, 1008 \
                     policy, 1011 internal error) or without one. Without a code it is often a \
                     proxy that closes quiet connections after a minute.",
            advice: "Read the server's log at this time; for quiet connections set `ping: 20s` \
                under `websocket`.",
        },
        Reason::Rejected => ReasonGuide {
            what: "the Socket.IO server refused the connection",
            causes: "The transport works, but the server's middleware or the namespace rejects \
                the connection. The message is the server's.",
            advice: "Check the namespace (the path of the URL), `auth` and the server's \
                     middleware.",
        },
        Reason::NoReply => ReasonGuide {
            what: "no answer to a ping or an emitted event",
            causes: "The connection is open, and the other side is silent: its event loop is \
                     stuck, or nothing handles this event and acknowledges it.",
            advice: "Check that the server answers this ping or event at all; then look for what \
                     blocks it.",
        },
        Reason::Missed => ReasonGuide {
            what: "no heartbeat in time",
            causes: "The expected heartbeat did not arrive within the interval plus grace. The \
                connection may still be open: the sender, its queue or its broker has stopped, \
                or the messages do not match the config's `match` or `event`.",
            advice: "Ask the sender first: is the job or the publisher running? Then check \
                     `match`, `event` and `interval`.",
        },
        Reason::Latency => ReasonGuide {
            what: "the latency threshold is exceeded",
            causes: "The heartbeat is good but slow. The phases show where the time goes: DNS, \
                connect, TLS, first byte, body.",
            advice: "Look at the phases with `hbmon probe -v URL`; if the target may be this \
                     slow, raise `thresholds.latency`.",
        },
        Reason::Reported => ReasonGuide {
            what: "the sender reported a failure: `/fail` or an exit code",
            causes: "A job reported its own failure. The message is the job's text or the exit \
                code of its command.",
            advice: "Read the job's log; the next good heartbeat ends the error.",
        },
        Reason::Skew => ReasonGuide {
            what: "the clock skew threshold is exceeded",
            causes: "The sender's clock and the clock of this machine differ by more than \
                     `thresholds.skew`. Whole hours are a time zone, a growing difference is a \
                     clock that is not synchronised.",
            advice: "Run `timedatectl` or `chronyc tracking` on both machines.",
        },
    }
}

/// Returns what to do first about the problem of a monitor, in one line; nothing while it has none.
pub fn advice(row: &Row) -> Option<&'static str> {
    let cause = row.cause.as_ref()?;
    if !matches!(row.status, Status::Warning | Status::Error) {
        return None;
    }
    Some(match cause {
        Cause::Failure(Failure::Local { limit }) => local_advice(*limit),
        Cause::Certificate { .. } => {
            "Renew the certificate on the server, and check why it was not renewed in time."
        }
        cause => reason_guide(cause.reason()).advice,
    })
}

const fn local_advice(limit: LocalLimit) -> &'static str {
    match limit {
        LocalLimit::Files => {
            "Raise the limit of open files (`ulimit -n`, LimitNOFILE), or use --shard."
        }
        LocalLimit::Ports => {
            "Set `connection: reuse`, or ask less often: this machine has no free port."
        }
        LocalLimit::Buffers => "Look at the memory of this machine and of its network stack.",
        LocalLimit::NameServer => {
            "Look at /etc/resolv.conf of this machine and at its name servers."
        }
        LocalLimit::Network => "Look at the network of this machine: `ip address`, `ip route`.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// They are used in ASCII reports too, as one line below a failure.
    #[test]
    fn guides_are_short_plain_text() {
        for reason in Reason::ALL {
            let ReasonGuide {
                what,
                causes,
                advice,
            } = reason_guide(reason);
            assert!(what.is_ascii() && causes.is_ascii() && advice.is_ascii());
            assert!(what.len() < 100 && advice.len() < 140, "{advice}");
            assert!(causes.ends_with('.') && !what.ends_with('.'), "{causes}");
        }
    }
}
