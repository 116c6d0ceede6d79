//! `check --alert --only-changes` under cron: the block holds what the channels hold.

use jiff::{SignedDuration, Timestamp};

use crate::job::Job;
use crate::site::*;
use crate::stub::{Knob, Stub};

/// Silences `api` for the time that is added.
const SILENCE: [&str; 8] = [
    "silence", "add", "api", "--by", "ana", "--reason", "deploy", "--for",
];

/// What the receiver is sent in one run after another.
struct Listener {
    stub: Stub,
    heard: usize,
}

/// The exit code, the block (see `short`), and what the receiver was sent.
type CronRun = (i32, Vec<String>, Vec<String>);

impl Listener {
    fn start() -> Listener {
        Listener {
            stub: Stub::start(),
            heard: 0,
        }
    }

    /// Runs once, some minutes after the run before.
    fn cron(&mut self, job: &Job, minutes: i64) -> CronRun {
        job.pass(minutes);
        let (code, block) = job.cron();
        let received = self.stub.received();
        let mut told = told(&received[self.heard..]);
        self.heard = received.len();
        told.sort();
        (code, short(&block), told)
    }
}

fn is(code: i32, block: &[&str], told: &[&str]) -> CronRun {
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
    (code, texts(block), texts(told))
}

/// Returns the first line of a block, and of each monitor that it names its line and why it is
/// held. Without dates, seconds, and how it was before.
fn short(block: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in block.lines().filter(|line| !line.is_empty()) {
        if !line.starts_with(' ') {
            lines.push(without_times(line));
        } else if ["  in ", "  silenced ", "  behind ", "  acknowledged "]
            .iter()
            .any(|words| line.starts_with(words))
        {
            let last = lines.last_mut().unwrap();
            last.push_str(&format!(" |{}", &line[1..]));
        }
    }
    lines
}

/// `shop DOWN (was healthy 5m) since 2026-11-22 03:12:00 UTC (10m01s), i-0007` becomes `shop DOWN
/// since 10m, i-0007`.
fn without_times(line: &str) -> String {
    let mut line = line.to_owned();
    if let Some(from) = line.find(" (was ") {
        let until = from + line[from..].find(')').unwrap() + 1;
        line.replace_range(from..until, "");
    }
    if let Some(from) = line.find(" since ") {
        let from = from + " since ".len();
        let age = from + line[from..].find('(').unwrap();
        line.replace_range(from..=age, "");
        line = line.replacen(')', "", 1);
    }
    let words = line.split(' ').map(|word| {
        let (age, comma) = match word.strip_suffix(',') {
            Some(age) => (age, ","),
            None => (word, ""),
        };
        // `10m01s`: a run takes seconds.
        let seconds = age
            .strip_suffix('s')
            .filter(|age| age.starts_with(|first: char| first.is_ascii_digit()));
        match seconds.map(|age| age.split_once('m')) {
            Some(Some((minutes, _))) => format!("{minutes}m{comma}"),
            Some(None) => format!("0s{comma}"),
            None => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_story_of_ten_runs() {
    let (site, mut hook_says) = (Site::start(), Listener::start());
    let head = alerts(&[hook(&hook_says.stub)], "1h");
    let job = Job::new(&site, &head, &["shop", "api"]);

    // 1: all is well. 2: an outage. 3: and its end.
    assert_eq!(job.cron(), (0, String::new()));
    site.set_down("shop");
    assert_eq!(
        hook_says.cron(&job, 5),
        is(
            1,
            &[
                "hbmon: shop DOWN, 1 of 2 down",
                "shop DOWN since 0s, i-0001",
            ],
            &["opened shop"],
        )
    );
    site.set_up("shop");
    assert_eq!(
        hook_says.cron(&job, 5),
        is(
            0,
            &[
                "hbmon: shop RECOVERED after 5m, all 2 healthy",
                "shop RECOVERED after 5m",
            ],
            &["recovered shop"],
        )
    );
    // 4: down again.
    site.set_down("shop");
    assert_eq!(
        hook_says.cron(&job, 5),
        is(
            1,
            &[
                "hbmon: shop DOWN, 1 of 2 down",
                "shop DOWN since 0s, i-0002",
            ],
            &["opened shop"],
        )
    );
    // 5: up again; what goes down in a silence is held, in the mail and on the channel.
    job.command(&[&SILENCE[..], &["1h"]].concat());
    site.set_up("shop");
    site.set_down("api");
    assert_eq!(
        hook_says.cron(&job, 5),
        is(
            1,
            &[
                "hbmon: shop RECOVERED after 5m, 1 of 2 down",
                "shop RECOVERED after 5m",
                "api DOWN since 0s, i-0003 | silenced by ana: deploy",
            ],
            &["recovered shop"],
        )
    );
    // 6: the third outage within half an hour: it flaps.
    site.set_down("shop");
    assert_eq!(
        hook_says.cron(&job, 5),
        is(
            1,
            &[
                "hbmon: shop DOWN, 2 of 2 down",
                "shop DOWN since 0s, i-0004",
                "api DOWN since 5m, i-0003 | silenced by ana: deploy",
            ],
            &["flapping shop"],
        )
    );
    // 7: channels wait until it is steady. What is still wrong at the end of the silence is told.
    site.set_up("shop");
    job.command(&["silence", "end", "s-0001"]);
    assert_eq!(
        hook_says.cron(&job, 5),
        is(
            1,
            &[
                "hbmon: 1 DOWN, 1 RECOVERED, 1 of 2 down",
                "shop RECOVERED after 5m",
                "api DOWN since 10m, i-0003",
            ],
            &["opened api"],
        )
    );
    // 8: it is steady, and the receiver does not accept.
    hook_says.stub.always(Some(Knob::answer(503, "")));
    site.set_up("api");
    assert_eq!(
        hook_says.cron(&job, 20),
        is(
            0,
            &[
                "hbmon: api RECOVERED after 30m, all 2 healthy",
                "api RECOVERED after 30m",
            ],
            &["recovered api", "recovered shop"],
        )
    );
    // 9: still not. What goes down in maintenance is held, and alone it is no news.
    let hour = SignedDuration::from_hours(1);
    let (from, until) = (Timestamp::now() - hour, Timestamp::now() + hour);
    let patches = format!("match: shop, from: {from:.0}, until: {until:.0}, reason: patches");
    job.set_head(&format!("{head}maintenance: [{{{patches}}}]\n"));
    site.set_down("shop");
    assert_eq!(
        hook_says.cron(&job, 10),
        is(1, &[], &["recovered api", "recovered shop"])
    );
    // 10: it is over, and the receiver accepts: each recovery comes once.
    hook_says.stub.always(None);
    job.set_head(&head);
    assert_eq!(
        hook_says.cron(&job, 10),
        is(
            1,
            &[
                "hbmon: shop DOWN, 1 of 2 down",
                "shop DOWN since 10m, i-0005",
            ],
            &["opened shop", "recovered api", "recovered shop"],
        )
    );
    assert_eq!(hook_says.cron(&job, 10), is(1, &[], &[]));
}

#[test]
fn what_is_held_alone_is_no_news() {
    let (site, mut hook_says) = (Site::start(), Listener::start());
    let head = alerts(&[hook(&hook_says.stub)], "1h");
    let shop = site.monitor("shop");
    let shop = shop.replacen("name: shop,", "name: shop, depends_on: router,", 1);
    let monitors = vec![site.monitor("router"), shop, site.monitor("api")];
    let job = Job::of(&head, monitors);
    assert_eq!(job.cron(), (0, String::new()));
    site.set_down("router");
    assert_eq!(
        hook_says.cron(&job, 5),
        is(
            1,
            &[
                "hbmon: router DOWN, 1 of 3 down",
                "router DOWN since 0s, i-0001",
            ],
            &["opened router"],
        )
    );
    // Behind a parent that is down, and in a silence.
    job.command(&[&SILENCE[..], &["1d"]].concat());
    site.set_down("shop");
    assert_eq!(hook_says.cron(&job, 5), is(1, &[], &[]));
    site.set_down("api");
    assert_eq!(hook_says.cron(&job, 5), is(1, &[], &[]));
    // Somebody takes care: no reminder.
    job.command(&["ack", "i-0001", "--by", "bob"]);
    assert_eq!(hook_says.cron(&job, 7 * 60), is(1, &[], &[]));
    job.command(&["silence", "end", "s-0001"]);
    assert_eq!(
        hook_says.cron(&job, 5),
        is(
            1,
            &[
                "hbmon: api DOWN, 3 of 3 down",
                "api DOWN since 7h05m, i-0003",
                "router still DOWN since 7h15m, i-0001 | acknowledged by bob",
                "shop DOWN since 7h10m, i-0002 | behind \"router\"",
            ],
            &["opened api"],
        )
    );
    // What was not reported ends without a word.
    site.set_up("router");
    site.set_up("shop");
    assert_eq!(
        hook_says.cron(&job, 5),
        is(
            1,
            &[
                "hbmon: router RECOVERED after 7h20m, 1 of 3 down",
                "router RECOVERED after 7h20m",
                "api still DOWN since 7h10m, i-0003",
            ],
            &["recovered router"],
        )
    );
}
