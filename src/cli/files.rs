//! How many attempts the open-file limit of this process bears.

use rustix::process::{Resource, getrlimit};

/// What hbmon holds open itself: standard streams, timers, signals, outputs, the resolver's sockets.
const OWN: u64 = 32;
/// An attempt over both address families has two for a moment, and one that ended may not be closed yet.
const EACH: u64 = 2;

/// So many attempts at once as wanted, or fewer under a low `ulimit -n`: one that finds no file left to open would
/// be a failure of the target that the target knows nothing of.
pub fn bearable(wanted: u16) -> usize {
    capped(wanted, getrlimit(Resource::Nofile).current)
}

/// So many clients at once as wanted, or half of what the limit leaves: the other half is for what is watched.
pub fn bearable_clients(wanted: usize) -> usize {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX).saturating_sub(OWN);
    wanted.min(usize::try_from(files / 2).unwrap_or(usize::MAX)).max(1)
}

fn capped(wanted: u16, limit: Option<u64>) -> usize {
    let files = limit.unwrap_or(u64::MAX).saturating_sub(OWN);
    let attempts = usize::try_from(files / EACH).unwrap_or(usize::MAX);
    usize::from(wanted).min(attempts).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_low_limit_lowers_the_concurrency() {
        assert_eq!(capped(256, Some(1024)), 256);
        assert_eq!(capped(256, Some(256)), 112);
        assert_eq!(capped(256, None), 256);
        assert_eq!(capped(256, Some(3)), 1);
    }
}
