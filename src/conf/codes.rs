//! The table of the codes of config errors.

use std::fmt;

/// The code of an error; shown as `HB012`, explained by `hbmon explain HB012`. Numbers are never
/// reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    NoConfig = 1,
    Unreadable = 2,
    Syntax = 10,
    DuplicateKey = 11,
    UnknownKey = 12,
    WrongType = 13,
    MissingKey = 14,
    Conflict = 15,
    NotAUrl = 20,
    Scheme = 21,
    Value = 22,
    Range = 23,
    Header = 24,
    Expression = 25,
    Tls = 26,
    DuplicateName = 30,
    Name = 31,
    UnknownName = 32,
    Circle = 33,
    Unset = 41,
    SecretFile = 42,
    Reference = 43,
    Listen = 60,
    Receiver = 61,
    Weak = 70,
    SameTarget = 71,
    Overlap = 72,
    Insecure = 73,
    PlainSecret = 74,
    UnknownMethod = 75,
    Idle = 76,
}

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The config cannot be used.
    Error,
    /// The config can be used, but probably contains a mistake.
    Warning,
}

impl Severity {
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

impl Code {
    pub const ALL: &[Code] = &[
        Code::NoConfig,
        Code::Unreadable,
        Code::Syntax,
        Code::DuplicateKey,
        Code::UnknownKey,
        Code::WrongType,
        Code::MissingKey,
        Code::Conflict,
        Code::NotAUrl,
        Code::Scheme,
        Code::Value,
        Code::Range,
        Code::Header,
        Code::Expression,
        Code::Tls,
        Code::DuplicateName,
        Code::Name,
        Code::UnknownName,
        Code::Circle,
        Code::Unset,
        Code::SecretFile,
        Code::Reference,
        Code::Listen,
        Code::Receiver,
        Code::Weak,
        Code::SameTarget,
        Code::Overlap,
        Code::Insecure,
        Code::PlainSecret,
        Code::UnknownMethod,
        Code::Idle,
    ];

    pub const fn severity(self) -> Severity {
        match self {
            Code::Weak
            | Code::SameTarget
            | Code::Overlap
            | Code::Insecure
            | Code::PlainSecret
            | Code::UnknownMethod
            | Code::Idle => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// Returns the title, one line.
    pub const fn title(self) -> &'static str {
        match self {
            Code::NoConfig => "no config file was found, or the named one cannot be opened",
            Code::Unreadable => "the config file is too large or not text",
            Code::Syntax => "the config is not valid YAML",
            Code::DuplicateKey => "a key appears twice in one map",
            Code::UnknownKey => "a key that hbmon does not know",
            Code::WrongType => "a value of another type than the key takes",
            Code::MissingKey => "a required key is missing",
            Code::Conflict => {
                "keys that exclude each other, or a key without the one that it needs"
            }
            Code::NotAUrl => "not a URL",
            Code::Scheme => "a URL whose scheme does not fit its place",
            Code::Value => "a value that cannot be read: duration, size, number or word",
            Code::Range => "a value outside its limits",
            Code::Header => "a header name or value that HTTP does not allow",
            Code::Expression => "a filter, query or regular expression with a mistake in it",
            Code::Tls => "a TLS file that cannot be used",
            Code::DuplicateName => "two monitors, or two channels, with one name",
            Code::Name => "a name with characters that names do not take",
            Code::UnknownName => "a name that no monitor, or no channel, has",
            Code::Circle => "entries that refer to one another in a circle",
            Code::Unset => "an environment variable that is not set",
            Code::SecretFile => "a file named by `${file:…}` that cannot be read",
            Code::Reference => "a `${…}` that hbmon does not understand",
            Code::Listen => "an address on which hbmon cannot listen",
            Code::Receiver => "`beat` cannot send to this monitor",
            Code::Weak => "an expectation that is met more often than it seems (warning)",
            Code::SameTarget => "two monitors that ask the same (warning)",
            Code::Overlap => "attempts that may take longer than the interval (warning)",
            Code::Insecure => "a connection that a machine in between can read (warning)",
            Code::PlainSecret => "a literal secret in the config (warning)",
            Code::UnknownMethod => "an HTTP method that servers hardly know (warning)",
            Code::Idle => "an entry that has no effect now (warning)",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HB{:03}", *self as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_in_order_and_distinct() {
        assert!(Code::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Code::UnknownKey.to_string(), "HB012");
        assert!(Code::ALL.contains(&Code::Listen));
    }
}
