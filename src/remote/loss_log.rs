//! Decides which lost connections are logged: an agent that fails again and again for one reason is
//! one line, and not one each time.

use std::time::Duration;

use crate::model::Moment;

/// Minimum time between two lines about the same reason.
const REPEAT_INTERVAL: Duration = Duration::from_secs(600);

/// What the log says about the connection to one agent.
#[derive(Debug, Default)]
pub(super) struct LossLog {
    /// The last reason that was logged, and when.
    logged: Option<(Moment, String)>,
    /// The last line says that the connection is lost.
    is_lost: bool,
    /// A loss was heard of since the last status.
    is_down: bool,
}

impl LossLog {
    /// Takes in a loss. Returns whether to log it.
    pub(super) fn is_news_of_loss(&mut self, now: Moment, why: &str) -> bool {
        let was_down = std::mem::replace(&mut self.is_down, true);
        let is_repeated = self
            .logged
            .as_ref()
            .is_some_and(|(at, before)| before == why && now.since(*at) < REPEAT_INTERVAL);
        if was_down || is_repeated {
            return false;
        }
        self.logged = Some((now, why.to_owned()));
        self.is_lost = true;
        true
    }

    /// Takes in a status. Returns whether to log that the agent is reachable again.
    pub(super) fn is_news_of_return(&mut self) -> bool {
        self.is_down = false;
        std::mem::take(&mut self.is_lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    #[test]
    fn the_same_loss_is_logged_once() {
        let mut log = LossLog::default();
        assert!(!log.is_news_of_return());
        assert!(log.is_news_of_loss(at(0), "an event is too large"));
        assert!(
            !log.is_news_of_loss(at(1), "connection refused"),
            "still lost"
        );
        assert!(log.is_news_of_return());
        for second in 2..100 {
            assert!(!log.is_news_of_loss(at(second), "an event is too large"));
            assert!(!log.is_news_of_return());
        }
        assert!(log.is_news_of_loss(at(100), "connection refused"));
        assert!(log.is_news_of_return());
        assert!(log.is_news_of_loss(at(800), "connection refused"));
    }
}
