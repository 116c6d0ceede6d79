//! Timelines in `tests/alerts/timelines/*.yaml`: what happens when, and what the channels are told.
//!
//! A step is a line: `12s shop error`. `told` is what the channels accepted; with `tries: true` also
//! what they did not.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use hbmon::alerts::decide::OwnProblem;
use hbmon::alerts::rules::{AlertRoute, AlertRules, ChannelRules, ChannelTraits, Refresh};
use hbmon::model::{Meta, Moment, Selector, Status, Text};
use jiff::SignedDuration;
use serde::Deserialize;

use crate::laws;
use crate::receivers::{Receiver, time};
use crate::world::{World, text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    name: String,
    #[serde(default)]
    config: Config,
    /// Another config, for the step `reload`.
    reloaded: Option<Config>,
    #[serde(default)]
    monitors: BTreeMap<String, MonitorOf>,
    #[serde(default)]
    tries: bool,
    timeline: Vec<String>,
    told: Vec<String>,
    /// Monitors that are probed at once.
    #[serde(default)]
    asked: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MonitorOf {
    depends_on: Vec<String>,
    interval: Option<String>,
    tags: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// `page` if there is none.
    channels: BTreeMap<String, ChannelOf>,
    /// Everything from warning on to all channels if there is none.
    routes: Vec<RouteOf>,
    digest: Option<String>,
    own: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ChannelOf {
    fallback: Option<String>,
    one_key: bool,
    acknowledgements: bool,
    /// Every minute; recoveries for 15 minutes.
    refresh: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RouteOf {
    #[serde(default)]
    r#match: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    after: String,
    to: Vec<String>,
    remind: Option<String>,
}

fn duration(text: &str) -> Duration {
    if text.is_empty() {
        return Duration::ZERO;
    }
    let span: SignedDuration = text.parse().unwrap_or_else(|_| panic!("no time: {text}"));
    Duration::try_from(span).unwrap()
}

impl Config {
    fn rules(&self) -> AlertRules {
        let mut channels: Vec<ChannelRules> = self
            .channels
            .iter()
            .map(|(name, channel)| ChannelRules {
                name: text(name),
                fallback: channel.fallback.as_deref().map(text),
                traits: ChannelTraits {
                    acknowledgements: channel.acknowledgements,
                    one_key: channel.one_key,
                    refresh: channel.refresh.then_some(Refresh {
                        every: Duration::from_secs(60),
                        recovered_for: Duration::from_secs(15 * 60),
                    }),
                },
            })
            .collect();
        if channels.is_empty() {
            channels.push(ChannelRules {
                name: text("page"),
                fallback: None,
                traits: ChannelTraits::default(),
            });
        }
        let mut routes: Vec<AlertRoute> = self.routes.iter().map(RouteOf::route).collect();
        if routes.is_empty() {
            routes.push(AlertRoute {
                matches: Selector::default(),
                from: Status::Warning,
                after: Duration::ZERO,
                to: channels
                    .iter()
                    .map(|channel| channel.name.clone())
                    .collect(),
                remind: None,
            });
        }
        AlertRules {
            routes,
            channels,
            digest: self
                .digest
                .as_deref()
                .map_or(hbmon::alerts::rules::DIGEST, duration),
            own: self.own.as_deref().map(text),
        }
    }
}

impl RouteOf {
    fn route(&self) -> AlertRoute {
        AlertRoute {
            matches: Selector::parse(&self.r#match).unwrap(),
            from: match self.from.as_str() {
                "error" => Status::Error,
                "warning" | "" => Status::Warning,
                other => panic!("no level: {other}"),
            },
            after: duration(&self.after),
            to: self.to.iter().map(|name| text(name)).collect(),
            remind: self.remind.as_deref().map(duration),
        }
    }
}

impl Story {
    fn world(&self) -> World {
        let metas = self.monitors.iter().map(|(name, monitor)| {
            let texts = |all: &[String]| all.iter().map(|one| text(one)).collect::<Vec<Text>>();
            let meta = Meta {
                depends_on: texts(&monitor.depends_on),
                tags: texts(&monitor.tags),
                ..World::meta(name)
            };
            let interval = monitor.interval.as_deref();
            (meta, interval.map_or(Duration::from_secs(60), duration))
        });
        let mut metas: Vec<_> = metas.collect();
        for name in ["shop", "api"] {
            if !self.monitors.contains_key(name) {
                metas.push((World::meta(name), Duration::from_secs(60)));
            }
        }
        World::new(self.config.rules(), metas)
    }

    fn play(&self) -> Result<(), String> {
        let mut world = self.world();
        for step in &self.timeline {
            let (at, what) = step.split_once(' ').unwrap_or((step, ""));
            world.run_until(Moment::after_start(duration(at)));
            self.happen(&mut world, what);
            world.tick();
        }
        let arrivals = world.arrivals.iter();
        let shown = arrivals.filter(|one| self.tries || one.receiver == Receiver::Up);
        let told: Vec<String> = shown.map(|one| one.line()).collect();
        let asked = world.asked.iter();
        let asked: Vec<_> = asked
            .map(|(at, name)| format!("{} {name}", time(*at)))
            .collect();
        laws::check(&world)?;
        if told != self.told || (asked != self.asked && !self.asked.is_empty()) {
            return Err(format!(
                "told {told:#?}\nwanted {:#?}\nasked {asked:?}",
                self.told
            ));
        }
        Ok(())
    }

    fn happen(&self, world: &mut World, step: &str) {
        let words: Vec<&str> = step.split(' ').collect();
        match words.as_slice() {
            [""] => {}
            ["silence", name, time] => world.silence(name, duration(time)),
            ["end", "silences"] => world.end_silences(),
            ["end", "maintenance"] => world.end_maintenance(),
            ["maintenance", name, time] => world.maintain(name, duration(time)),
            ["ack", name] => world.acknowledge(name, None),
            ["ack", name, time] => world.acknowledge(name, Some(duration(time))),
            ["unack", name] => world.unacknowledge(name),
            ["stop"] => world.stop(),
            ["start"] => world.start(),
            ["restart", "ahead", by] => {
                world.stop();
                world.set_ledger_ahead(duration(by));
                world.start();
            }
            ["restart"] => {
                world.stop();
                world.start();
            }
            ["reload", dropped @ ..] => {
                let rules = self.reloaded.as_ref().unwrap().rules();
                let words = world.set_rules(rules);
                assert_eq!(words.join(", "), dropped.join(" "), "dropped channels");
            }
            ["flush"] => world.flush(),
            // `run shop error api ok`: a check that begins and ends now.
            ["run", rest @ ..] => {
                world.start();
                world.is_check = true;
                world.tick();
                for one in rest.chunks(2) {
                    self.happen(world, &one.join(" "));
                }
                world.tick();
                world.is_check = false;
                world.flush();
                world.stop();
            }
            ["own", what, trouble @ ..] => {
                let what = match *what {
                    "overloaded" => OwnProblem::Overloaded,
                    "network" => OwnProblem::Network,
                    _ => OwnProblem::History,
                };
                let trouble = (!trouble.is_empty()).then(|| text(&trouble.join(" ")));
                let now = world.now;
                world
                    .alerter
                    .as_mut()
                    .unwrap()
                    .own_problem(now, what, trouble);
            }
            ["held", name, rest @ ..] => {
                let alerter = world.alerter.as_ref().unwrap();
                let held = alerter.held_of(&text(name));
                let held = held.map_or_else(|| "no".into(), |held| held.words.to_string());
                assert_eq!(held, rest.join(" "), "{step}");
            }
            ["broken", channel, rest @ ..] => {
                let mut channels = world.alerter.as_ref().unwrap().channels();
                let state = channels.find(|one| one.name.as_str() == *channel);
                let broken = state.and_then(|one| one.broken);
                let broken = broken.map_or_else(|| "no".into(), |why| why.to_string());
                assert_eq!(broken, rest.join(" "), "{step}");
            }
            ["pending", channel, number] => {
                let mut channels = world.alerter.as_ref().unwrap().channels();
                let state = channels.find(|one| one.name.as_str() == *channel);
                assert_eq!(state.unwrap().pending.to_string(), *number, "{step}");
            }
            [name, what]
                if world
                    .rules
                    .channels
                    .iter()
                    .any(|one| one.name.as_str() == *name) =>
            {
                let receiver = match *what {
                    "up" => Receiver::Up,
                    "down" => Receiver::Down,
                    "refuses" => Receiver::Refuses,
                    "hangs" => Receiver::Hangs,
                    wait => Receiver::Busy(duration(wait)),
                };
                world.receivers.insert(text(name), receiver);
            }
            [name, "ok"] => world.ok(name),
            [name, "warning"] => world.warning(name),
            [name, "error"] => world.error(name),
            [name, "paused"] => world.pause(name, true),
            [name, "resumed"] => world.pause(name, false),
            [name, "removed"] => world.remove(name),
            _ => panic!("no such step: {step}"),
        }
    }
}

#[test]
fn every_timeline_ends_as_told() {
    let mut names = Vec::new();
    let mut complaints = String::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/alerts/timelines");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let yaml = std::fs::read_to_string(&path).unwrap();
        let stories: Vec<Story> =
            serde_yaml::from_str(&yaml).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        for story in stories {
            if let Err(complaint) = story.play() {
                let file = path.file_name().unwrap();
                writeln!(complaints, "{} in {file:?}: {complaint}", story.name).unwrap();
            }
            names.push(story.name);
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
    let number = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), number, "two timelines of one name");
    assert!(number >= 40, "only {number} timelines");
}
