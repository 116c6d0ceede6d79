//! The open-file limit of this process: raised as far as it goes, and what it bears.

use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};

use super::output::print_stderr;
use crate::engine::{Plan, Target};
use crate::model::Kind;

/// What hbmon holds open itself: standard streams, timers, signals, outputs, the resolver's
/// sockets.
const OWN: u64 = 32;
/// An attempt over both address families has two for a moment, and one that ended may not be closed
/// yet.
const EACH: u64 = 2;

/// So many attempts at once as wanted, or fewer under a low `ulimit -n`: one that finds no file
/// left to open could not be made.
pub fn allowed_attempts(wanted: u16) -> usize {
    usize::from(wanted).min(attempts(raised()))
}

/// Fewer files than a fleet may need.
#[derive(Debug)]
pub struct Shortage {
    targets: usize,
    limit: u64,
}

/// For a run that goes on: where the limit cannot hold a connection to each target, attempts wait
/// for one another, and it is said what would be needed.
pub fn fit_or_warn(plan: &mut Plan) {
    if let Some(shortage) = fit(plan) {
        print_stderr(&format!(
            "warning: {shortage}\n  help: {}",
            shortage.remedy()
        ));
    }
}

/// The same for a plan that takes the place of another: who calls has to say it.
pub fn fit(plan: &mut Plan) -> Option<Shortage> {
    let limit = raised();
    // Who pushes comes on a connection of the interface, which has a limit of its own.
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

/// So many clients at once as wanted, or half of what the limit leaves: the other half is for what
/// is watched.
pub fn allowed_clients(wanted: usize) -> usize {
    let files = raised().unwrap_or(u64::MAX).saturating_sub(OWN);
    wanted
        .min(usize::try_from(files / 2).unwrap_or(usize::MAX))
        .max(1)
}

/// The soft limit, raised to the hard one first: its low default is for programs that cannot bear
/// more (select(2)).
fn raised() -> Option<u64> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    // macOS refuses "unlimited": then it stays as it is.
    let raised = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    Some(if raised { hard } else { soft }).filter(|limit| *limit != RLIM_INFINITY)
}

fn attempts(limit: Option<u64>) -> usize {
    let files = limit.unwrap_or(u64::MAX).saturating_sub(OWN);
    usize::try_from(files / EACH).unwrap_or(usize::MAX).max(1)
}

impl Shortage {
    const fn needed(&self) -> u64 {
        OWN + EACH * self.targets as u64
    }

    /// What can be done about it.
    pub fn remedy(&self) -> String {
        let needed = self.needed();
        format!(
            "raise the hard limit (`ulimit -Hn {needed}`, systemd: LimitNOFILE={needed}), or split the fleet with --shard"
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
