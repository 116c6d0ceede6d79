//! The limit for HTTP polls: a task and a reqwest client for each, fresh connections.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{Outcome, measure};

pub async fn run(port: u16, count: u32, interval: Duration, seconds: Duration) -> Outcome {
    measure::raise_files();
    let url: reqwest::Url = format!("http://127.0.0.1:{port}/").parse()?;
    let roots = rustls::RootCertStore::empty();
    let tls = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let late: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let begin = Instant::now() + Duration::from_millis(500);
    for place in 0..count {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()?;
        let (url, late) = (url.clone(), Arc::clone(&late));
        tokio::spawn(async move {
            let mut due = begin + interval * place / count;
            loop {
                sleep_until(due).await;
                let lag = due.elapsed();
                if let Ok(mut late) = late.lock() {
                    late.push(lag);
                }
                if let Ok(answer) = client.get(url.clone()).send().await {
                    let _ = answer.bytes().await;
                }
                due += interval;
            }
        });
    }
    // One round to warm up.
    sleep_until(begin + interval).await;
    if let Ok(mut late) = late.lock() {
        late.clear();
    }
    let before = measure::cpu();
    sleep_until(begin + interval + seconds).await;
    let spent = measure::cpu().saturating_sub(before);
    let mut late = late.lock().map(|late| late.clone()).unwrap_or_default();
    late.sort_unstable();
    let polls = late.len().max(1);
    println!("polls {polls}");
    println!("us_each {:.1}", spent.as_secs_f64() * 1e6 / polls as f64);
    println!(
        "core_percent {:.1}",
        spent.as_secs_f64() / seconds.as_secs_f64() * 100.0
    );
    println!("rss_mib {:.1}", measure::rss() as f64 / 1024.0);
    println!(
        "late_p99_ms {:.2}",
        late.get(polls * 99 / 100)
            .copied()
            .unwrap_or_default()
            .as_secs_f64()
            * 1e3
    );
    Ok(())
}
