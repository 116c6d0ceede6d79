//! `--shard K/N`: divides the monitors among N machines. Each monitor is in exactly one shard.

use std::hash::Hasher;
use std::str::FromStr;

use siphasher::sip::SipHasher13;

use crate::model::Text;

/// The K-th of N parts, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// Returns whether a monitor belongs to this shard. Only its name decides, and the result is
    /// the same on every machine and in every release.
    pub(super) fn contains(self, name: &Text) -> bool {
        let mut hasher = SipHasher13::new();
        hasher.write(name.as_str().as_bytes());
        place(hasher.finish(), self.count) + 1 == self.index
    }
}

/// Returns the shard of a key by jump consistent hash (Lamping and Veach, 2014): when N shards
/// become N + 1, one in N + 1 keys moves, and only to the new shard.
fn place(mut key: u64, count: u32) -> u32 {
    let mut found = 0_u32;
    let mut next = 0_u64;
    while next < u64::from(count) {
        found = u32::try_from(next).unwrap_or(u32::MAX);
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        let jump = (1_u64 << 31) as f64 / ((key >> 33) + 1) as f64;
        next = ((next + 1) as f64 * jump) as u64;
    }
    found
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
        text.split_once('/')
            .and_then(|(index, count)| {
                Some(Shard {
                    index: number(index)?,
                    count: number(count)?,
                })
            })
            .filter(|shard| shard.index <= shard.count)
            .ok_or_else(|| "takes K/N, the K-th of N parts, as in 1/3".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(text: &str) -> Shard {
        text.parse().unwrap()
    }

    fn names() -> impl Iterator<Item = Text> {
        (0..10_000).map(|number| Text::clean(&format!("monitor-{number}")))
    }

    #[test]
    fn parts_are_disjoint_and_complete_and_of_one_size() {
        for count in [1, 2, 3, 7] {
            let shards: Vec<Shard> = (1..=count).map(|index| Shard { index, count }).collect();
            assert!(
                names()
                    .all(|name| shards.iter().filter(|shard| shard.contains(&name)).count() == 1)
            );
            for shard in shards {
                let share = names().filter(|name| shard.contains(name)).count() as f64 / 10_000.0;
                assert!(
                    (share * f64::from(count) - 1.0).abs() < 0.1,
                    "{shard:?} has {share}"
                );
            }
        }
    }

    #[test]
    fn a_machine_more_takes_its_part_and_moves_nothing_else() {
        let moved = names().filter(|name| {
            !(1..=4).any(|k| {
                let before = Shard { index: k, count: 4 };
                before.contains(name) && Shard { index: k, count: 5 }.contains(name)
            })
        });
        let moved: Vec<Text> = moved.collect();
        assert!((1_700..2_300).contains(&moved.len()), "{}", moved.len());
        assert!(moved.iter().all(|name| shard("5/5").contains(name)));
    }

    /// Machines with different releases share a fleet: each name is checked by exactly one of them.
    #[test]
    fn the_parts_never_change() {
        let part = |name: &str| {
            (1..=3).find(|index| {
                Shard {
                    index: *index,
                    count: 3,
                }
                .contains(&Text::clean(name))
            })
        };
        let parts: Vec<Option<u32>> = ["api-eu", "orders-ws", "queen", "therapists", "chat"]
            .map(part)
            .to_vec();
        assert_eq!(parts, [2, 3, 1, 3, 3].map(Some));
    }

    #[test]
    fn what_is_no_part_is_refused() {
        assert_eq!(shard("2/3"), Shard { index: 2, count: 3 });
        for bad in ["", "1", "0/3", "4/3", "1/0", "a/b", "1/3/5", "-1/3", "1/ 3"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }
}
