//! Whether any name server answers this machine: one question that every one of them can answer.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::net::UdpSocket;

use super::super::{cause, network};
use crate::clock::Clock;
use crate::model::{LocalLimit, Moment};

/// How long one answer to the question is believed.
const KEPT: Duration = Duration::from_secs(5);
/// A datagram may be lost, so the question is sent more than once.
const SENT: u32 = 3;
const SENT_EVERY: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameServerStatus {
    /// At least one name server answered something.
    Answers,
    /// None did, because this machine lacks this.
    Silent(LocalLimit),
}

#[derive(Debug)]
pub(super) struct NameServerCheck {
    servers: Vec<SocketAddr>,
    clock: Clock,
    last: Mutex<Option<(Moment, NameServerStatus)>>,
    /// Held while the question is asked: all who wait for it share one answer.
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

    /// Asks, or gives a result that is not too old. An answer counts only if it came after `since`.
    pub(super) async fn status(self: &Arc<NameServerCheck>, since: Moment) -> NameServerStatus {
        if let Some(life) = self.known(since) {
            return life;
        }
        // The question goes on when the lookup that wants to know is given up: the next attempt has
        // its result.
        let control = Arc::clone(self);
        let task = tokio::spawn(async move { control.ask(since).await });
        task.await.unwrap_or(NameServerStatus::Answers)
    }

    async fn ask(&self, since: Moment) -> NameServerStatus {
        let _one_at_a_time = self.asking.lock().await;
        if let Some(life) = self.known(since) {
            return life;
        }
        let life = ask_all(&self.servers).await;
        *self.last() = Some((self.clock.now(), life));
        life
    }

    fn known(&self, since: Moment) -> Option<NameServerStatus> {
        let (at, life) = (*self.last())?;
        let is_fresh = self.clock.now().since(at) < KEPT;
        (is_fresh && (life != NameServerStatus::Answers || at >= since)).then_some(life)
    }

    fn last(&self) -> MutexGuard<'_, Option<(Moment, NameServerStatus)>> {
        // Nothing panics while it holds the lock; a poisoned one is as good as any.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks all at once; the first answer of any kind is enough.
async fn ask_all(servers: &[SocketAddr]) -> NameServerStatus {
    let mut answers: FuturesUnordered<_> = servers.iter().map(|server| ask_one(*server)).collect();
    let mut lack = None;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(()) => return NameServerStatus::Answers,
            Err(error) => lack = lack.or(cause::local_limit(&error)),
        }
    }
    let is_cut_off = network::is_offline(servers.iter().map(SocketAddr::ip));
    NameServerStatus::Silent(lack.unwrap_or(if is_cut_off {
        LocalLimit::Network
    } else {
        LocalLimit::NameServer
    }))
}

/// Asks for the name servers of the root (RFC 1035, section 4.1).
async fn ask_one(server: SocketAddr) -> io::Result<()> {
    let any: IpAddr = if server.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(server).await?;
    let id = fastrand::u16(..).to_be_bytes();
    let question = [id[0], id[1], 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];
    for _ in 0..SENT {
        let pause = tokio::time::sleep(SENT_EVERY);
        let exchange = async {
            socket.send(&question).await?;
            answer(&socket, id).await
        };
        tokio::pin!(pause);
        tokio::select! {
            result = exchange => match result {
                Ok(()) => return Ok(()),
                // Nothing listens there now; it may be starting again.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => pause.await,
                Err(error) => return Err(error),
            },
            () = &mut pause => {}
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// Waits for a response with this id; what it says does not matter.
async fn answer(socket: &UdpSocket, id: [u8; 2]) -> io::Result<()> {
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

    /// A name server that answers every question with this code, or with silence; it counts the
    /// questions.
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
                    // Nonsense first: another id, then no response.
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

    fn control(servers: &[SocketAddr]) -> Arc<NameServerCheck> {
        NameServerCheck::new(servers.to_vec(), Clock::start())
    }

    #[tokio::test]
    async fn any_answer_is_life() {
        let (silent, _) = server(None).await;
        for code in [0, 2, 5] {
            let (alive, _) = server(Some(code)).await;
            assert_eq!(
                control(&[silent, alive]).status(Moment::START).await,
                NameServerStatus::Answers,
                "{code}"
            );
        }
    }

    #[tokio::test]
    async fn silence_is_asked_for_once_by_all_and_kept() {
        let (silent, asked) = server(None).await;
        let control = control(&[silent]);
        let all =
            futures_util::future::join_all((0..50).map(|_| control.status(Moment::START))).await;
        assert!(
            all.iter()
                .all(|life| *life == NameServerStatus::Silent(LocalLimit::NameServer)),
            "{all:?}"
        );
        assert_eq!(
            control.known(Moment::FAR),
            Some(NameServerStatus::Silent(LocalLimit::NameServer))
        );
        assert!(asked.load(Ordering::SeqCst) <= SENT as usize);
    }

    #[tokio::test]
    async fn an_old_answer_does_not_prove_life_now() {
        let (alive, _) = server(Some(0)).await;
        let control = control(&[alive]);
        assert_eq!(
            control.status(Moment::START).await,
            NameServerStatus::Answers
        );
        assert_eq!(
            control.known(Moment::START),
            Some(NameServerStatus::Answers)
        );
        assert_eq!(control.known(Moment::FAR), None);
    }

    #[tokio::test]
    async fn the_question_outlives_who_asks_it() {
        let (silent, _) = server(None).await;
        let control = control(&[silent]);
        let given_up =
            tokio::time::timeout(Duration::from_millis(10), control.status(Moment::START)).await;
        assert!(given_up.is_err());
        // Waits for the one that runs.
        let _lock = control.asking.lock().await;
        assert_eq!(
            control.known(Moment::START),
            Some(NameServerStatus::Silent(LocalLimit::NameServer))
        );
    }

    #[tokio::test]
    async fn a_closed_port_is_silence() {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        drop(socket);
        assert_eq!(
            control(&[address]).status(Moment::START).await,
            NameServerStatus::Silent(LocalLimit::NameServer)
        );
    }
}
