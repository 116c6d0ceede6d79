//! The limit of open files of this process: raises it, and derives how many connections it allows.

use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};

use super::output::print_stderr;
use crate::engine::{Plan, Target};
use crate::model::Kind;

/// Files that hbmon itself holds open: standard streams, timers, signals, outputs, the sockets of
/// the resolver.
const OWN_FILES: u64 = 32;
/// Files of one attempt: it may try both address families at once, and a file of the previous
/// attempt may not be closed yet.
const FILES_PER_ATTEMPT: u64 = 2;

/// Returns `wanted` attempts at the same time, or fewer under a low `ulimit -n`: an attempt without
/// a free file would fail.
pub(super) fn allowed_attempts(wanted: u16) -> usize {
    usize::from(wanted).min(attempts(raise()))
}

/// A limit that is lower than a fleet may need.
#[derive(Debug)]
pub(super) struct Shortage {
    targets: usize,
    limit: u64,
}

/// Limits the attempts of a run without an end. If the limit does not allow a connection to each
/// target, attempts wait for one another, and a warning says which limit is needed.
pub(super) fn fit_or_warn(plan: &mut Plan) {
    if let Some(shortage) = fit(plan) {
        print_stderr(&format!(
            "warning: {shortage}\n  help: {}",
            shortage.remedy()
        ));
    }
}

/// Limits the attempts of a plan. The caller reports the shortage.
pub(super) fn fit(plan: &mut Plan) -> Option<Shortage> {
    let limit = raise();
    // Pushed heartbeats arrive at the HTTP interface, which has its own limit.
    let is_asked = |target: &&Target| target.enabled && target.meta.kind != Kind::Push;
    let targets = plan.targets.iter().filter(is_asked).count();
    (targets > attempts(limit)).then(|| {
        plan.concurrency = Some(attempts(limit));
        Shortage {
            targets,
            limit: limit.unwrap_or(u64::MAX),
        }
    })
}

/// Returns `wanted` clients at the same time, or half of the files that the limit leaves: the other
/// half is for targets.
pub(super) fn allowed_clients(wanted: usize) -> usize {
    let files = raise().unwrap_or(u64::MAX).saturating_sub(OWN_FILES);
    wanted
        .min(usize::try_from(files / 2).unwrap_or(usize::MAX))
        .max(1)
}

/// Raises the soft limit to the hard one and returns it. The low default of the soft limit is for
/// programs that use select(2). `None`: no limit.
fn raise() -> Option<u64> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    // macOS refuses "unlimited"; the soft limit stays then.
    let raise = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    Some(if raise { hard } else { soft }).filter(|limit| *limit != RLIM_INFINITY)
}

fn attempts(limit: Option<u64>) -> usize {
    let files = limit.unwrap_or(u64::MAX).saturating_sub(OWN_FILES);
    usize::try_from(files / FILES_PER_ATTEMPT)
        .unwrap_or(usize::MAX)
        .max(1)
}

impl Shortage {
    const fn needed(&self) -> u64 {
        OWN_FILES + FILES_PER_ATTEMPT * self.targets as u64
    }

    /// Returns what the administrator can do.
    pub(super) fn remedy(&self) -> String {
        let needed = self.needed();
        format!(
            "raise the hard limit (`ulimit -Hn {needed}`, systemd: LimitNOFILE={needed}), or split \
             the fleet with --shard"
        )
    }
}

impl std::fmt::Display for Shortage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Shortage { targets, limit } = self;
        write!(
            f,
            "{targets} monitors may need {} open files, this process may have {limit}",
            self.needed()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_limit_bears() {
        assert_eq!(attempts(Some(1024)), 496);
        assert_eq!(attempts(Some(3)), 1);
        assert!(attempts(None) > 1_000_000);
    }

    #[test]
    fn the_number_needed_is_enough() {
        let shortage = Shortage {
            targets: 10_000,
            limit: 1024,
        };
        assert_eq!(
            shortage.to_string(),
            "10000 monitors may need 20032 open files, this process may have 1024"
        );
        assert_eq!(attempts(Some(20_032)), 10_000);
    }
}
