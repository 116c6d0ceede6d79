//! The sections of the help.

/// A section of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpSection {
    Move,
    Look,
    Act,
    TakeAway,
}

impl HelpSection {
    pub const ALL: [HelpSection; 4] = [
        HelpSection::Move,
        HelpSection::Look,
        HelpSection::Act,
        HelpSection::TakeAway,
    ];

    pub const fn title(self) -> &'static str {
        match self {
            HelpSection::Move => "MOVE",
            HelpSection::Look => "VIEW",
            HelpSection::Act => "ACT",
            HelpSection::TakeAway => "SAVE AND QUIT",
        }
    }
}
