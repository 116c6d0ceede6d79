//! Checks whether any name server answers this machine, with a query that every name server can
//! answer.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::net::UdpSocket;

use super::super::{cause, network};
use crate::clock::Clock;
use crate::lock::LockExt;
use crate::model::{LocalLimit, Moment};

/// Time for which the result of a check is reused.
const MAX_AGE: Duration = Duration::from_secs(5);
/// How often the query is sent, because datagrams may be lost.
const SENDS: u32 = 3;
/// Time between two sends.
const SEND_INTERVAL: Duration = Duration::from_millis(500);

/// Result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameServerStatus {
    /// At least one name server sent an answer of any kind.
    Answers,
    /// No name server answered, because of this local limit.
    Silent(LocalLimit),
}

/// The name servers and the last result of their check.
#[derive(Debug)]
pub(super) struct NameServerCheck {
    servers: Vec<SocketAddr>,
    clock: Clock,
    last: Mutex<Option<(Moment, NameServerStatus)>>,
    /// Held while a check runs, so that all waiting lookups share one result.
    asking: tokio::sync::Mutex<()>,
}

impl NameServerCheck {
    pub(super) fn new(servers: Vec<SocketAddr>, clock: Clock) -> Arc<NameServerCheck> {
        Arc::new(NameServerCheck {
            servers,
            clock,
            last: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        })
    }

    /// Returns a recent result, or runs a check. A result of `Answers` counts only if it came after
    /// `since`.
    pub(super) async fn status(self: &Arc<NameServerCheck>, since: Moment) -> NameServerStatus {
        if let Some(status) = self.known(since) {
            return status;
        }
        // The check continues if the waiting lookup is cancelled, so that the next attempt has its
        // result.
        let check = Arc::clone(self);
        let task = tokio::spawn(async move { check.run(since).await });
        task.await.unwrap_or(NameServerStatus::Answers)
    }

    /// Runs a check, unless another one has just finished.
    async fn run(&self, since: Moment) -> NameServerStatus {
        let _one_at_a_time = self.asking.lock().await;
        if let Some(status) = self.known(since) {
            return status;
        }
        let status = ask_all(&self.servers).await;
        *self.last() = Some((self.clock.now(), status));
        status
    }

    /// Returns the last result, if it is recent enough.
    fn known(&self, since: Moment) -> Option<NameServerStatus> {
        let last = *self.last();
        let (at, status) = last?;
        let is_fresh = self.clock.now().since(at) < MAX_AGE;
        (is_fresh && (status != NameServerStatus::Answers || at >= since)).then_some(status)
    }

    fn last(&self) -> MutexGuard<'_, Option<(Moment, NameServerStatus)>> {
        // No code panics while it holds the lock, so a poisoned lock is still consistent.
        self.last.lock().ignore_poison()
    }
}

/// Asks all name servers in parallel. The first answer of any kind ends the check.
async fn ask_all(servers: &[SocketAddr]) -> NameServerStatus {
    let mut answers: FuturesUnordered<_> = servers.iter().map(|server| ask_one(*server)).collect();
    let mut limit = None;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(()) => return NameServerStatus::Answers,
            Err(error) => limit = limit.or(cause::local_limit(&error)),
        }
    }
    let is_offline = network::is_offline(servers.iter().map(SocketAddr::ip));
    NameServerStatus::Silent(limit.unwrap_or(if is_offline {
        LocalLimit::Network
    } else {
        LocalLimit::NameServer
    }))
}

/// Queries one server for the name servers of the root (RFC 1035, section 4.1).
async fn ask_one(server: SocketAddr) -> io::Result<()> {
    let any: IpAddr = if server.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(server).await?;
    let id = fastrand::u16(..).to_be_bytes();
    let query = [id[0], id[1], 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];
    for _ in 0..SENDS {
        let pause = tokio::time::sleep(SEND_INTERVAL);
        let exchange = async {
            socket.send(&query).await?;
            receive_response(&socket, id).await
        };
        tokio::pin!(pause);
        tokio::select! {
            result = exchange => match result {
                Ok(()) => return Ok(()),
                // No process listens there now, but the server may be restarting.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => pause.await,
                Err(error) => return Err(error),
            },
            () = &mut pause => {}
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// Waits for a response with this id and ignores its content.
async fn receive_response(socket: &UdpSocket, id: [u8; 2]) -> io::Result<()> {
    let mut response = [0; 512];
    loop {
        let length = socket.recv(&mut response).await?;
        let is_response = response[2] & 0x80 != 0;
        if length >= 12 && response[..2] == id && is_response {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Starts a name server that answers every query with this code, or not at all. Returns its
    /// address and its query count.
    async fn server(code: Option<u8>) -> (SocketAddr, Arc<AtomicUsize>) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let asked: Arc<AtomicUsize> = Arc::default();
        let counter = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query).await {
                counter.fetch_add(1, Ordering::SeqCst);
                if let Some(code) = code {
                    // Two invalid datagrams come first: one with another id, and one that is not a
                    // response.
                    socket
                        .send_to(
                            &[!query[0], query[1], 0x81, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                            from,
                        )
                        .await
                        .unwrap();
                    socket.send_to(&query[..length], from).await.unwrap();
                    socket
                        .send_to(
                            &[query[0], query[1], 0x81, code, 0, 0, 0, 0, 0, 0, 0, 0],
                            from,
                        )
                        .await
                        .unwrap();
                }
            }
        });
        (address, asked)
    }

    fn check(servers: &[SocketAddr]) -> Arc<NameServerCheck> {
        NameServerCheck::new(servers.to_vec(), Clock::start())
    }

    #[tokio::test]
    async fn any_answer_is_life() {
        let (silent, _) = server(None).await;
        for code in [0, 2, 5] {
            let (alive, _) = server(Some(code)).await;
            assert_eq!(
                check(&[silent, alive]).status(Moment::START).await,
                NameServerStatus::Answers,
                "{code}"
            );
        }
    }

    #[tokio::test]
    async fn silence_is_asked_for_once_by_all_and_kept() {
        let (silent, asked) = server(None).await;
        let check = check(&[silent]);
        let all =
            futures_util::future::join_all((0..50).map(|_| check.status(Moment::START))).await;
        assert!(
            all.iter()
                .all(|status| *status == NameServerStatus::Silent(LocalLimit::NameServer)),
            "{all:?}"
        );
        assert_eq!(
            check.known(Moment::FAR),
            Some(NameServerStatus::Silent(LocalLimit::NameServer))
        );
        assert!(asked.load(Ordering::SeqCst) <= SENDS as usize);
    }

    #[tokio::test]
    async fn an_old_answer_does_not_prove_life_now() {
        let (alive, _) = server(Some(0)).await;
        let check = check(&[alive]);
        assert_eq!(check.status(Moment::START).await, NameServerStatus::Answers);
        assert_eq!(check.known(Moment::START), Some(NameServerStatus::Answers));
        assert_eq!(check.known(Moment::FAR), None);
    }

    #[tokio::test]
    async fn the_question_outlives_who_asks_it() {
        let (silent, _) = server(None).await;
        let check = check(&[silent]);
        let given_up =
            tokio::time::timeout(Duration::from_millis(10), check.status(Moment::START)).await;
        assert!(given_up.is_err());
        // Waits for the running check.
        let _lock = check.asking.lock().await;
        assert_eq!(
            check.known(Moment::START),
            Some(NameServerStatus::Silent(LocalLimit::NameServer))
        );
    }

    #[tokio::test]
    async fn a_closed_port_is_silence() {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        drop(socket);
        assert_eq!(
            check(&[address]).status(Moment::START).await,
            NameServerStatus::Silent(LocalLimit::NameServer)
        );
    }
}
