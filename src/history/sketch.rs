//! Latencies as a base-2 exponential histogram (OpenTelemetry metrics data model, "Exponential
//! Buckets") at scale 4: a percentile is at most 2.2 % off.

use std::fmt;
use std::time::Duration;

/// Buckets per doubling, as a power of two: 16.
const FINEST: u8 = 4;
/// Maximum number of buckets. 320 cover 20 doublings, from 60 µs to 60 s, at the finest scale.
const MAX_BUCKETS: usize = 320;
/// The index of the bucket of 1 µs and less, at every scale.
const FIRST_INDEX: i16 = -1;
/// The index at the finest scale of the bucket that ends at 2^64 µs.
const LAST_INDEX: i16 = 64 * 16 - 1;
/// The version of the encoding, in the upper half of its first byte.
const VERSION: u8 = 1;

/// The lower bounds of the buckets between 1 and 2: 2^(k/16).
const BOUNDS: [f64; 16] = [
    1.0,
    1.0442737824274138,
    1.0905077326652577,
    1.1387886347566916,
    1.189207115002721,
    1.241857812073484,
    1.2968395546510096,
    1.3542555469368927,
    std::f64::consts::SQRT_2,
    1.4768261459394993,
    1.5422108254079407,
    1.6104903319492543,
    1.681792830507429,
    1.7562521603732995,
    1.8340080864093424,
    1.9152065613971474,
];

/// How often latencies occurred. The result of merging does not depend on the order.
///
/// Bucket `i` holds latencies in microseconds above 2^(i/16) and at most 2^((i+1)/16). Shorter ones
/// than 1 µs count as 1 µs. A sketch with more than 320 buckets is made coarser by pairing them up:
/// then there are 8 for each doubling, and a percentile is at most 4.4 % off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// There are 2^scale buckets for each doubling.
    scale: u8,
    /// In the order of their indexes, without empty ones.
    buckets: Vec<Bucket>,
}

impl Default for Sketch {
    fn default() -> Sketch {
        Sketch {
            scale: FINEST,
            buckets: Vec::new(),
        }
    }
}

impl Sketch {
    /// Counts one latency.
    pub fn record(&mut self, latency: Duration) {
        let index = finest_index(latency) >> (FINEST - self.scale);
        let place = self.buckets.partition_point(|held| held.index() < index);
        self.add(place, Bucket::new(index, 1));
        self.limit();
    }

    /// Adds the counts of another sketch. The result has the coarser scale of the two.
    pub fn merge(&mut self, other: &Sketch) {
        while self.scale > other.scale {
            self.coarsen();
        }
        let shift = other.scale - self.scale;
        let mut place = 0;
        for bucket in &other.buckets {
            let index = bucket.index() >> shift;
            while (self.buckets.get(place)).is_some_and(|held| held.index() < index) {
                place += 1;
            }
            self.add(place, Bucket::new(index, bucket.count()));
        }
        self.limit();
    }

    /// Returns how many latencies were counted.
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.count()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// Returns the latency that `percent` (0 to 100) of all latencies do not exceed, by the
    /// nearest-rank method. It is the geometric middle of its bucket. `None` if the sketch is
    /// empty.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        let rank = (percent.clamp(0.0, 100.0) * self.count() as f64 / 100.0).ceil();
        let rank = (rank as u64).max(1);
        let mut passed = 0;
        let bucket = self.buckets.iter().find(|bucket| {
            passed += bucket.count();
            passed >= rank
        })?;
        let doublings = (f64::from(bucket.index()) + 0.5) / f64::from(1_u16 << self.scale);
        Some(Duration::try_from_secs_f64(doublings.exp2() / 1e6).unwrap_or(Duration::MAX))
    }

    /// Halves the number of buckets for each doubling, down to 1.
    pub fn coarsen(&mut self) {
        if self.scale == 0 {
            return;
        }
        self.scale -= 1;
        let fine = std::mem::take(&mut self.buckets);
        for bucket in fine {
            let index = bucket.index() >> 1;
            let place = match self.buckets.last() {
                Some(last) if last.index() == index => self.buckets.len() - 1,
                _ => self.buckets.len(),
            };
            self.add(place, Bucket::new(index, bucket.count()));
        }
    }

    /// Returns the scale as OpenTelemetry defines it: there are 2^scale buckets for each doubling.
    /// 0 to 4.
    pub fn scale(&self) -> u8 {
        self.scale
    }

    /// Returns index and count of each bucket that is not empty, in the order of the indexes.
    /// Together with the scale they are the whole sketch: bucket `i` holds latencies in
    /// microseconds above 2^(i/2^scale) and at most 2^((i+1)/2^scale).
    pub fn buckets(&self) -> impl Iterator<Item = (i16, u64)> {
        (self.buckets.iter()).map(|bucket| (bucket.index(), bucket.count()))
    }

    /// Returns the sketch as bytes, about two for each bucket: a byte with version and scale, then
    /// for each bucket the distance to the index before and the count, both as LEB128.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(2 + 2 * self.buckets.len());
        bytes.push(VERSION << 4 | self.scale);
        let mut next = FIRST_INDEX;
        for bucket in &self.buckets {
            put_varint(&mut bytes, u64::from(bucket.index().abs_diff(next)));
            put_varint(&mut bytes, bucket.count());
            next = bucket.index() + 1;
        }
        bytes
    }

    /// Reads what [`Sketch::encode`] has written. `None` if that did not write these bytes, or a
    /// later version did.
    pub fn decode(bytes: &[u8]) -> Option<Sketch> {
        let (&head, mut rest) = bytes.split_first()?;
        let scale = head & 0xf;
        if head >> 4 != VERSION {
            return None;
        }
        let mut buckets = Vec::with_capacity((rest.len() / 2).min(MAX_BUCKETS));
        let mut next = FIRST_INDEX;
        while !rest.is_empty() {
            let distance = i16::try_from(take_varint(&mut rest)?).ok()?;
            let count = take_varint(&mut rest)?;
            let index = next.checked_add(distance)?;
            if buckets.len() == MAX_BUCKETS {
                return None;
            }
            buckets.push((index, count));
            next = index.checked_add(1)?;
        }
        Sketch::from_buckets(scale, &buckets)
    }

    /// Returns the sketch of which [`Sketch::scale`] and [`Sketch::buckets`] are the parts. `None`
    /// if they are not the parts of one.
    pub fn from_buckets(scale: u8, buckets: &[(i16, u64)]) -> Option<Sketch> {
        if scale > FINEST || buckets.len() > MAX_BUCKETS {
            return None;
        }
        let indexes = FIRST_INDEX..=LAST_INDEX >> (FINEST - scale);
        let is_sorted = buckets.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let is_bucket = |(index, count): &(i16, u64)| {
            indexes.contains(index) && (1..=Bucket::MAX_COUNT).contains(count)
        };
        if !is_sorted || !buckets.iter().all(is_bucket) {
            return None;
        }
        let bucket = |&(index, count): &(i16, u64)| Bucket::new(index, count);
        Some(Sketch {
            scale,
            buckets: buckets.iter().map(bucket).collect(),
        })
    }

    /// Adds to the bucket at a place, or inserts it there if that is another one.
    fn add(&mut self, place: usize, bucket: Bucket) {
        match self.buckets.get_mut(place) {
            Some(held) if held.index() == bucket.index() => {
                *held = Bucket::new(held.index(), held.count() + bucket.count());
            }
            _ => self.buckets.insert(place, bucket),
        }
    }

    /// Makes the sketch coarser until its buckets are few enough.
    fn limit(&mut self) {
        while self.buckets.len() > MAX_BUCKETS {
            self.coarsen();
        }
    }
}

/// An index in the upper 16 bits and a count in the lower 48. A pair of both would take twice the
/// memory, and an agent with 10,000 monitors keeps a sketch for each.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Bucket(u64);

impl Bucket {
    /// 281 million millions. A greater count stays at it.
    const MAX_COUNT: u64 = (1 << 48) - 1;

    fn new(index: i16, count: u64) -> Bucket {
        let upper = u64::from(index.cast_unsigned()) << 48;
        Bucket(upper | count.min(Bucket::MAX_COUNT))
    }

    fn index(self) -> i16 {
        ((self.0 >> 48) as u16).cast_signed()
    }

    fn count(self) -> u64 {
        self.0 & Bucket::MAX_COUNT
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.index(), self.count())
    }
}

/// Returns the index at the finest scale. It uses no logarithm, whose last digit depends on the
/// platform: the exponent of the float, and the bounds of the buckets within one doubling.
fn finest_index(latency: Duration) -> i16 {
    let longest = (u64::MAX as f64) * 1e3;
    let micros = (latency.as_nanos() as f64).clamp(1e3, longest) / 1e3;
    let bits = micros.to_bits();
    // A float of at least 1 has an exponent of at least 0.
    let exponent = (bits >> 52) as i16 - 1023;
    let mantissa = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    let below = BOUNDS.partition_point(|&bound| bound < mantissa);
    exponent * 16 + below as i16 - 1
}

/// Appends a number as LEB128: seven bits a byte, the lowest first.
fn put_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number from the front. `None` if it does not end or does not fit.
fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
