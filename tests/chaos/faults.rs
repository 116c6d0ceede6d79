//! Faults at the other end of a connection; each call picks one at random.

use std::io;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

/// A fault instead of an answer, or in the middle of one.
pub(crate) async fn http(mut stream: TcpStream) -> io::Result<()> {
    match fastrand::u8(..18) {
        0 => hang().await,
        1 => {}
        2 => reset(&stream)?,
        3 => garbage(&mut stream, 300).await?,
        4 => stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n").await?,
        5 => {
            answer(
                &mut stream,
                "503 Service Unavailable\r\nretry-after: 1",
                b"down",
            )
            .await?
        }
        6 => answer(&mut stream, "204 No Content", b"").await?,
        7 => answer(&mut stream, "302 Found\r\nlocation: /again", b"").await?,
        8 => answer(&mut stream, "302 Found\r\nlocation: http://[", b"").await?,
        9 => {
            drip(
                &mut stream,
                b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
            )
            .await?
        }
        10 => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
            let line = format!("x-filler: {}\r\n", "x".repeat(8000));
            for _ in 0..200 {
                stream.write_all(line.as_bytes()).await?;
            }
        }
        11 => answer(&mut stream, "200 OK", &vec![b'x'; 2 << 20]).await?,
        12 => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ok\":")
                .await?
        }
        13 => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nok\r\n")
                .await?
        }
        14 => {
            answer(
                &mut stream,
                "200 OK\r\ncontent-encoding: gzip",
                b"not gzip at all",
            )
            .await?
        }
        15 => {
            answer(
                &mut stream,
                "200 OK\r\ncontent-type: text/html",
                b"<html>\x1b[31m\x07</html>",
            )
            .await?
        }
        16 => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
                .await?;
            drip(&mut stream, &[b'x'; 1000]).await?;
        }
        _ => {
            answer(
                &mut stream,
                "429 Too Many Requests\r\nretry-after: 99999",
                b"{}",
            )
            .await?
        }
    }
    Ok(())
}

/// A fault in the middle of an event stream.
pub(crate) async fn stream(mut stream: TcpStream) -> io::Result<()> {
    match fastrand::u8(..8) {
        0 => hang().await,
        1 => stream.write_all(b"0\r\n\r\n").await?,
        2 => reset(&stream)?,
        3 => garbage(&mut stream, 300).await?,
        4 => stream.write_all(&chunk(&vec![b'x'; 100_000])).await?,
        5 => {
            stream
                .write_all(&chunk(
                    b"retry: 1\nid: \x00\nfoo: bar\n: hello\ndata: \xff\xfe\n\nevent",
                ))
                .await?
        }
        6 => drip(&mut stream, &chunk(b"data: slow\n\n")).await?,
        _ => {}
    }
    Ok(())
}

/// A fault in the middle of a WebSocket (RFC 6455, section 5.2).
pub(crate) async fn websocket(mut stream: TcpStream) -> io::Result<()> {
    match fastrand::u8(..10) {
        0 => hang().await,
        1 => stream.write_all(b"\x88\x02\x03\xe8").await?,
        2 => stream.write_all(b"\x88\x0a\x03\xf3goodness").await?,
        3 => reset(&stream)?,
        4 => garbage(&mut stream, 100).await?,
        // A frame of 2^63 bytes, reserved bits, a continuation without a start, invalid UTF-8.
        5 => {
            stream
                .write_all(b"\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff")
                .await?
        }
        6 => stream.write_all(b"\xf1\x01x").await?,
        7 => stream.write_all(b"\x80\x01x").await?,
        8 => stream.write_all(b"\x81\x02\xff\xfe").await?,
        _ => {}
    }
    Ok(())
}

/// A fault in the middle of a Socket.IO connection over a WebSocket.
pub(crate) async fn socketio(mut stream: TcpStream) -> io::Result<()> {
    let packet = match fastrand::u8(..8) {
        0 => {
            hang().await;
            return Ok(());
        }
        1 => "44{\"message\":\"no\"}",
        2 => "41",
        3 => "1",
        4 => "9what",
        5 => "451-[\"x\",{\"_placeholder\":true,\"num\":0}]",
        6 => "0{\"sid\":",
        _ => return websocket(stream).await,
    };
    stream.write_all(&[0x81, packet.len() as u8]).await?;
    stream.write_all(packet.as_bytes()).await?;
    sleep(Duration::from_millis(200)).await;
    Ok(())
}

/// One chunk of a chunked body (RFC 9112, section 7.1).
pub(crate) fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

async fn answer(stream: &mut TcpStream, head: &str, body: &[u8]) -> io::Result<()> {
    stream
        .write_all(format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes())
        .await?;
    stream.write_all(body).await
}

async fn hang() {
    sleep(Duration::from_secs(fastrand::u64(1..12))).await;
}

fn reset(stream: &TcpStream) -> io::Result<()> {
    stream.set_zero_linger()
}

async fn garbage(stream: &mut TcpStream, most: usize) -> io::Result<()> {
    let bytes: Vec<u8> = (0..fastrand::usize(1..most))
        .map(|_| fastrand::u8(..))
        .collect();
    stream.write_all(&bytes).await
}

/// Sends one byte at a time, slower than any timeout.
async fn drip(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte]).await?;
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
