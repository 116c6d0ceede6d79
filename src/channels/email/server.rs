//! The mail server of a channel.

use crate::conf::secret::Secret;

/// A server that takes mails by SMTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    pub login: Option<(String, Secret)>,
}

/// When the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// From its begin (`smtps:`, RFC 8314).
    Tls,
    /// By STARTTLS (RFC 3207), without which nothing is sent.
    StartTls,
    /// By STARTTLS, if the server offers it.
    Optional,
}
