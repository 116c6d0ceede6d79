//! Decompresses data up to a limit. Does no I/O.

use std::io::{ErrorKind, Read};

use flate2::bufread::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Maximum number of members of one gzip file. Each costs time, however small it is.
const MAX_MEMBERS: usize = 1000;

/// Decompresses gzip (RFC 1952) with one or more members, and ignores data after the last member.
/// Returns at most `limit + 1` bytes; the extra byte shows that the data exceeds the limit.
///
/// # Errors
/// Data that is cut short, or that is not gzip.
pub fn gzip(data: &[u8], limit: usize) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::new();
    let mut rest = data;
    for _ in 0..MAX_MEMBERS {
        let mut member = GzDecoder::new(rest);
        let left = limit.saturating_add(1).saturating_sub(out.len());
        match member
            .by_ref()
            .take(left.try_into().unwrap_or(u64::MAX))
            .read_to_end(&mut out)
        {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && data.starts_with(&GZIP) => {
                return Err("gzip data is cut short");
            }
            Err(_) => return Err("not gzip data"),
        }
        rest = member.into_inner();
        if out.len() > limit || !rest.starts_with(&GZIP) {
            return Ok(out);
        }
    }
    Err("gzip data with too many members")
}

/// Decompresses deflate with a zlib header (RFC 1950) or without it (RFC 1951): servers use one
/// name for both. Limited as `gzip` is.
///
/// # Errors
/// Data that is cut short, or that is not deflate.
pub fn deflate(data: &[u8], limit: usize) -> Result<Vec<u8>, &'static str> {
    // flate2's readers accept a stream that is cut short, so this loop looks for the end itself.
    let mut stream = Decompress::new(has_zlib_header(data));
    let mut out = Vec::new();
    loop {
        if out.len() > limit {
            return Ok(out);
        }
        let additional = out.len().max(512).min(limit.saturating_add(1) - out.len());
        out.reserve_exact(additional);
        let rest = usize::try_from(stream.total_in())
            .ok()
            .and_then(|read| data.get(read..))
            .unwrap_or_default();
        match stream.decompress_vec(rest, &mut out, FlushDecompress::None) {
            Ok(Status::StreamEnd) => return Ok(out),
            // The output is full: continue with a larger buffer.
            Ok(_) if out.len() == out.capacity() => {}
            Ok(_) => return Err("deflate data is cut short"),
            Err(_) => return Err("not deflate data"),
        }
    }
}

/// Decompresses Brotli (RFC 7932). Limited as `gzip` is.
///
/// # Errors
/// Data that is cut short, or that is not Brotli.
pub fn brotli(data: &[u8], limit: usize) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::new();
    let end = limit.saturating_add(1).try_into().unwrap_or(u64::MAX);
    match brotli_decompressor::Decompressor::new(data, 4096)
        .take(end)
        .read_to_end(&mut out)
    {
        Ok(_) => Ok(out),
        // The library does not distinguish the two.
        Err(_) => Err("br data is cut short or broken"),
    }
}

/// Returns whether data has a zlib header (RFC 1950, section 2.2): method 8, a valid window, the
/// check bits, no dictionary. As raw deflate it would be a stored block with stray bits in its
/// padding, which no sender uses.
fn has_zlib_header(data: &[u8]) -> bool {
    match *data {
        [method, flags, ..] => {
            method & 0x0f == 8
                && method >> 4 <= 7
                && u16::from_be_bytes([method, flags]).is_multiple_of(31)
                && flags & 0x20 == 0
        }
        _ => false,
    }
}
