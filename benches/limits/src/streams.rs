//! The limit for event streams: a reqwest client for each, with its body held open.

use std::time::Duration;

use crate::{Outcome, measure};

pub async fn run(port: u16, count: u32) -> Outcome {
    measure::raise_files();
    let url: reqwest::Url = format!("http://127.0.0.1:{port}/sse").parse()?;
    let roots = rustls::RootCertStore::empty();
    let tls = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut before = 0;
    let warm = count / 10;
    for place in 0..count + warm {
        if place == warm {
            before = measure::rss();
        }
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .no_proxy()
            .build()?;
        let mut answer = Box::pin(client.get(url.clone()).send()).await?;
        answer.chunk().await?;
        tokio::spawn(async move {
            while let Ok(Some(_)) = answer.chunk().await {}
            drop(client);
        });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    println!(
        "kib_each {:.1}",
        measure::rss().saturating_sub(before) as f64 / f64::from(count)
    );
    Ok(())
}
