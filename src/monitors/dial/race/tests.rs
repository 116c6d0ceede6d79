//! Races between loopback addresses that accept, refuse or ignore connections.
#![cfg(target_os = "linux")]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderMap, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};

use super::super::resolve::Resolvers;
use super::super::{
    ClientCache, ConnectOptions, DialResources, Dialers, Endpoint, HttpRequest, HttpVersion,
    SystemRoots, tls,
};
use super::*;
use crate::clock::Clock;
use crate::model::Failure;
use crate::model::{Phase, Reason};
use crate::monitors::trace::Trace;

/// Starts a server that answers every request. Returns its address and its connection count.
async fn answering(address: SocketAddr) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    let count: Arc<AtomicUsize> = Arc::default();
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut head = [0; 1024];
                if stream.read(&mut head).await.is_ok_and(|length| length > 0) {
                    let _ = stream
                        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                        .await;
                }
            });
        }
    });
    (address, count)
}

/// Makes an address that neither accepts nor refuses, because its listen queue is full. It lasts
/// until the result is dropped.
async fn hanging(address: SocketAddr) -> (TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(address).unwrap();
    let listener = socket.listen(0).unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        queue.push(stream);
    }
    (listener, queue)
}

fn loopback(last: u8, port: u16) -> SocketAddr {
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)), port).into()
}

/// Sends a request to `race.test`, which has these addresses. Returns the trace and the outcome.
async fn ask(addresses: &[u8], port: u16) -> (Trace, Result<(), Failure>) {
    let folder = tempfile::tempdir().unwrap();
    let hosts: String = addresses
        .iter()
        .map(|last| format!("127.0.0.{last} race.test\n"))
        .collect();
    std::fs::write(folder.path().join("hosts"), hosts).unwrap();
    let resolvers = Resolvers::from_files(
        folder.path().join("hosts"),
        folder.path().join("resolv.conf"),
    );
    let _ = tls::provider().as_ref().clone().install_default();
    let dialers = Dialers(Arc::new(DialResources {
        clients: ClientCache::default(),
        resolvers: Arc::new(resolvers),
        roots: Arc::<SystemRoots>::default(),
    }));
    let url: url::Url = format!("http://race.test:{port}/").parse().unwrap();
    let endpoint = Arc::new(Endpoint {
        url: url.clone(),
        options: Arc::new(ConnectOptions::new(1024)),
    });
    let trace = Trace::new(Clock::start());
    trace.begin();
    let dialer = dialers.dialer(&endpoint, HttpVersion::Auto, false, &trace);
    let request = HttpRequest {
        method: Method::GET,
        url,
        headers: HeaderMap::new(),
        body: None,
    };
    let limit = Duration::from_secs(20);
    let outcome = match tokio::time::timeout(limit, dialer.fetch(request, 0)).await {
        Ok(answer) => answer.map(|answer| assert_eq!(answer.status, 200)),
        Err(_) => Err(trace.timed_out(limit)),
    };
    (trace, outcome)
}

#[tokio::test]
async fn the_first_address_answers_and_no_other_is_touched() {
    let (first, _) = answering(loopback(2, 0)).await;
    let (_, others) = answering(loopback(3, first.port())).await;
    let (trace, outcome) = ask(&[2, 3], first.port()).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(trace.connection().peer, Some(first));
    assert_eq!(others.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_address_that_says_nothing_is_overtaken() {
    let (second, _) = answering(loopback(3, 0)).await;
    let first = loopback(2, second.port());
    let _full = hanging(first).await;
    let (trace, outcome) = ask(&[2, 3], second.port()).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(trace.connection().peer, Some(second));
    let connect = trace.connection().phases.get(Phase::Connect).unwrap();
    assert!(
        connect >= NEXT_ADDRESS_DELAY,
        "the race is part of connecting: {connect:?}"
    );
}

#[tokio::test]
async fn an_address_that_refuses_is_passed_over() {
    let (last, _) = answering(loopback(4, 0)).await;
    let (trace, outcome) = ask(&[2, 3, 4], last.port()).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(trace.connection().peer, Some(last));
}

#[tokio::test]
async fn all_addresses_are_named_where_none_answers() {
    let port = {
        let listener = TcpListener::bind(loopback(2, 0)).await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let (_, outcome) = ask(&[2, 3], port).await;
    let failure = outcome.unwrap_err();
    let Failure::AtAddresses { tried, failure } = &failure else {
        panic!("{failure:?}")
    };
    assert_eq!(
        (&tried[..], failure.reason()),
        (&[loopback(2, port), loopback(3, port)][..], Reason::Refused)
    );
}
