//! Lookups with test files and scripted name servers on loopback.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use tempfile::TempDir;
use tokio::net::UdpSocket;

use super::*;

const FOUR: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const SIX: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

/// The answer of a name server to the first label of a name; `None` means silence.
type DnsScript = fn(&str, bool) -> Option<(u8, Option<IpAddr>)>;

/// Answers for `four` (A), `both` (A and AAAA), `bare` (neither) and `my_service`. Fails for
/// `broken`, is silent for `silent` and for the AAAA of `half`, and denies every other name.
fn usual(label: &str, is_aaaa: bool) -> Option<(u8, Option<IpAddr>)> {
    match (label, is_aaaa) {
        ("four" | "both" | "my_service" | "half", false) => Some((0, Some(FOUR))),
        ("both", true) => Some((0, Some(SIX))),
        ("four" | "bare" | "my_service", _) => Some((0, None)),
        ("broken", _) => Some((2, None)),
        ("refused", _) => Some((5, None)),
        ("silent" | "half", _) => None,
        // The query of the name server check.
        ("", _) => Some((0, None)),
        _ => Some((3, None)),
    }
}

/// Fails for every name, but answers the name server check.
fn failing(label: &str, _: bool) -> Option<(u8, Option<IpAddr>)> {
    Some(if label.is_empty() {
        (5, None)
    } else {
        (2, None)
    })
}

fn silent(_: &str, _: bool) -> Option<(u8, Option<IpAddr>)> {
    None
}

struct NameServer {
    address: SocketAddr,
    /// The distinct queries without those of the name server check. One query may be sent twice.
    asked: Arc<Mutex<BTreeSet<Vec<u8>>>>,
}

impl NameServer {
    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

async fn name_server(script: DnsScript) -> NameServer {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let asked: Arc<Mutex<BTreeSet<Vec<u8>>>> = Arc::default();
    let questions = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut query = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut query).await {
            if query[12] > 0 {
                questions.lock().unwrap().insert(query[12..length].to_vec());
            }
            if let Some(answer) = answer(&query, script) {
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    NameServer { address, asked }
}

/// Encodes a response (RFC 1035, section 4.1).
fn answer(query: &[u8], script: DnsScript) -> Option<Vec<u8>> {
    let name_end = 12 + query[12..].iter().position(|byte| *byte == 0).unwrap() + 1;
    let label = String::from_utf8_lossy(&query[13..13 + usize::from(query[12])]).into_owned();
    let is_aaaa = query[name_end + 1] == 28;
    let (code, address) = script(&label, is_aaaa)?;
    let mut answer = vec![
        query[0],
        query[1],
        0x81,
        0x80 | code,
        0,
        1,
        0,
        u8::from(address.is_some()),
        0,
        0,
        0,
        0,
    ];
    answer.extend(&query[12..name_end + 4]);
    let octets = match address {
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets().to_vec(),
        None => return Some(answer),
    };
    answer.extend([
        0xc0,
        12,
        0,
        if is_aaaa { 28 } else { 1 },
        0,
        1,
        0,
        0,
        0,
        60,
        0,
        octets.len() as u8,
    ]);
    answer.extend(octets);
    Some(answer)
}

/// Resolvers with their own hosts file and name servers.
struct ResolverBench {
    resolvers: Resolvers,
    folder: TempDir,
}

impl ResolverBench {
    fn new(hosts: &str, servers: &[&NameServer], search: &[&str]) -> ResolverBench {
        let folder = tempfile::tempdir().unwrap();
        let hosts_path = folder.path().join("hosts");
        let conf_path = folder.path().join("resolv.conf");
        std::fs::write(&hosts_path, hosts).unwrap();
        let resolvers = Resolvers::from_files(hosts_path, conf_path);
        let conf = ResolvConf {
            servers: servers.iter().map(|server| server.address).collect(),
            search: search.iter().map(|domain| (*domain).to_owned()).collect(),
            ndots: 1,
            timeout: Duration::from_secs(1),
            tries: 1,
            edns0: false,
        };
        // Replaces the file, which cannot name ports.
        let network = NameService::new(&conf, &resolvers.clock);
        resolvers.name_service.lock().unwrap().get(|_| network);
        ResolverBench { resolvers, folder }
    }

    async fn lookup(&self, host: &str, family: Family) -> Result<Vec<IpAddr>, LookupCause> {
        self.resolvers
            .lookup(host, family, ResolverKind::Hickory, |_| {})
            .await
    }
}

#[tokio::test]
async fn names_families_and_faults() {
    let server = name_server(usual).await;
    let bench = ResolverBench::new("", &[&server], &[]);
    for (name, family, wanted) in [
        ("four.test", Family::Any, Ok(vec![FOUR])),
        ("four.test", Family::V4, Ok(vec![FOUR])),
        ("four.test.", Family::V4, Ok(vec![FOUR])),
        ("four.test", Family::V6, Err(DnsCause::NoAddress)),
        ("both.test", Family::V4, Ok(vec![FOUR])),
        ("both.test", Family::V6, Ok(vec![SIX])),
        ("my_service.my_domain", Family::V4, Ok(vec![FOUR])),
        ("half.test", Family::Any, Ok(vec![FOUR])),
        ("bare.test", Family::Any, Err(DnsCause::NoAddress)),
        ("bare.test", Family::V4, Err(DnsCause::NoAddress)),
        ("none.test", Family::Any, Err(DnsCause::NoSuchHost)),
        ("none.test", Family::V6, Err(DnsCause::NoSuchHost)),
        ("broken.test", Family::Any, Err(DnsCause::Server)),
        ("refused.test", Family::Any, Err(DnsCause::Server)),
        ("silent.test", Family::Any, Err(DnsCause::Timeout)),
        ("nowhere.invalid", Family::Any, Err(DnsCause::NoSuchHost)),
    ] {
        assert_eq!(
            bench.lookup(name, family).await,
            wanted.map_err(LookupCause::Dns),
            "{name} {family:?}"
        );
    }
    // The machine decides which of the two is routable.
    let both = bench.lookup("both.test", Family::Any).await.unwrap();
    assert!(both.contains(&FOUR) || both.contains(&SIX));
}

#[tokio::test]
async fn what_the_hosts_file_knows_no_name_server_is_asked_for() {
    let server = name_server(usual).await;
    let bench = ResolverBench::new(
        "127.0.0.2 both.test my_service\n127.0.0.3 both.test\n",
        &[&server],
        &["test"],
    );
    let all: Vec<IpAddr> = vec![[127, 0, 0, 2].into(), [127, 0, 0, 3].into()];
    assert_eq!(
        bench.lookup("both.test", Family::Any).await,
        Ok(all.clone())
    );
    assert_eq!(
        bench.lookup("BOTH.test.", Family::V4).await,
        Ok(all.clone())
    );
    assert_eq!(
        bench.lookup("both.test", Family::V6).await,
        Err(LookupCause::Dns(DnsCause::NoAddress))
    );
    assert_eq!(
        bench.lookup("my_service", Family::Any).await,
        Ok(all[..1].to_vec())
    );
    assert_eq!(server.asked(), 0);

    std::fs::write(bench.folder.path().join("hosts"), "127.0.0.44 both.test").unwrap();
    assert_eq!(
        bench.lookup("both.test", Family::Any).await,
        Ok(vec![[127, 0, 0, 44].into()])
    );
    assert_eq!(
        bench.lookup("my_service", Family::V4).await,
        Ok(vec![FOUR]),
        "now from the name server"
    );
}

#[tokio::test]
async fn localhost_needs_no_name_server() {
    let server = name_server(silent).await;
    let bench = ResolverBench::new("", &[&server], &["test"]);
    for name in ["localhost", "a.localhost", "LOCALHOST."] {
        assert_eq!(
            bench.lookup(name, Family::V4).await,
            Ok(vec![FOUR]),
            "{name}"
        );
        assert_eq!(
            bench.lookup(name, Family::V6).await,
            Ok(vec![SIX]),
            "{name}"
        );
    }
    let found = bench
        .resolvers
        .lookup("localhost", Family::V4, ResolverKind::System, |_| {})
        .await
        .unwrap();
    assert!(
        found
            .iter()
            .all(|address| address.is_loopback() && address.is_ipv4()),
        "{found:?}"
    );
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn no_server_is_asked_for_what_cannot_be_a_name() {
    let server = name_server(silent).await;
    let bench = ResolverBench::new("", &[&server], &["test"]);
    for name in ["", "a..b", &"a".repeat(64), &"a.".repeat(130)] {
        assert_eq!(
            bench.lookup(name, Family::Any).await,
            Err(LookupCause::Dns(DnsCause::NoSuchHost)),
            "{name}"
        );
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn search_domains() {
    let server = name_server(usual).await;
    let bench = ResolverBench::new("", &[&server], &["my_domain.test", "other.test"]);
    assert_eq!(bench.lookup("four", Family::V4).await, Ok(vec![FOUR]));
    assert_eq!(server.asked(), 1);
    assert_eq!(
        bench.lookup("none", Family::V4).await,
        Err(LookupCause::Dns(DnsCause::NoSuchHost))
    );
    assert_eq!(server.asked(), 4, "two domains, then the name as it is");
    assert_eq!(
        bench.lookup("nothing.", Family::V4).await,
        Err(LookupCause::Dns(DnsCause::NoSuchHost))
    );
    assert_eq!(server.asked(), 5, "an absolute name is searched nowhere");
}

#[tokio::test]
async fn a_silent_name_server_is_this_machines_trouble() {
    let server = name_server(silent).await;
    let bench = ResolverBench::new("", &[&server], &["test"]);
    assert_eq!(
        bench.lookup("a.test", Family::Any).await,
        Err(LookupCause::Local(LocalLimit::NameServer)),
        "the first one too"
    );
    assert_eq!(
        bench.lookup("a.test", Family::V4).await,
        Err(LookupCause::Local(LocalLimit::NameServer))
    );
}

#[tokio::test]
async fn a_short_limit_knows_the_name_servers_silence_too() {
    let server = name_server(silent).await;
    let bench = ResolverBench::new("", &[&server], &[]);
    let suspected = Mutex::new(None);
    let suspect = |limit| *suspected.lock().unwrap() = Some(limit);
    // The attempt ends before the lookup, which may take 6 s.
    let network = bench.resolvers.network();
    let lookup =
        network.checked_lookup(std::future::pending(), bench.resolvers.clock.now(), suspect);
    let given_up = tokio::time::timeout(Duration::from_secs(4), lookup).await;
    assert!(given_up.is_err());
    assert_eq!(*suspected.lock().unwrap(), Some(LocalLimit::NameServer));
}

#[tokio::test]
async fn a_name_server_that_only_fails_lives() {
    let server = name_server(failing).await;
    let bench = ResolverBench::new("", &[&server], &["test"]);
    assert_eq!(
        bench.lookup("a.test", Family::Any).await,
        Err(LookupCause::Dns(DnsCause::Server))
    );
}

#[tokio::test]
async fn the_next_name_server_takes_over() {
    for bad in [silent as DnsScript, failing] {
        let bad = name_server(bad).await;
        let good = name_server(usual).await;
        let bench = ResolverBench::new("", &[&bad, &good], &[]);
        assert_eq!(bench.lookup("four.test", Family::V4).await, Ok(vec![FOUR]));
        let before = bad.asked();
        assert_eq!(bench.lookup("both.test", Family::V4).await, Ok(vec![FOUR]));
        assert_eq!(
            bad.asked(),
            before,
            "the one that answered is asked first now"
        );
    }
}

#[tokio::test]
async fn the_first_name_server_decides() {
    let (first, second) = (
        name_server(usual).await,
        name_server(|_, _| Some((0, Some(FOUR)))).await,
    );
    let bench = ResolverBench::new("", &[&first, &second], &[]);
    assert_eq!(
        bench.lookup("none.test", Family::V4).await,
        Err(LookupCause::Dns(DnsCause::NoSuchHost))
    );
    assert_eq!(
        second.asked(),
        0,
        "another network's name server may know another world"
    );
}
