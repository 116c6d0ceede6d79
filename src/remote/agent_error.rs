//! Why an agent did not answer as it should.

/// Why an agent did not answer as it should, in a sentence without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentError {
    /// It answers, and will answer the same again: a wrong token, or no hbmon.
    Refused(String),
    /// It answers that it has no such thing.
    Missing(String),
    /// It may answer later.
    Unreachable(String),
}

impl AgentError {
    pub fn why(&self) -> &str {
        match self {
            AgentError::Refused(why) | AgentError::Missing(why) | AgentError::Unreachable(why) => {
                why
            }
        }
    }

    /// What answers is not an hbmon. `why`: what shows it.
    pub(super) fn no_hbmon(why: &str) -> AgentError {
        AgentError::Refused(why.to_owned())
    }
}
