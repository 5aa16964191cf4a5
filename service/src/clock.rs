//! What time it is. Injected, so that tests reach the end of a lock or a link without sleeping.

use access::Instant;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, as the server sees it. Times from the outside are never used to decide anything.
    fn now(&self) -> Instant;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where the clock is read"
        )]
        let now = std::time::SystemTime::now();
        let ms = match now.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_millis()).map_or(i64::MIN, std::ops::Neg::neg)
            }
        };
        Instant(ms)
    }
}

/// A clock that stands still until it is told otherwise.
#[cfg(any(test, feature = "testing"))]
#[derive(Debug)]
pub struct FixedClock(std::sync::atomic::AtomicI64);

#[cfg(any(test, feature = "testing"))]
impl FixedClock {
    /// Stands at this instant.
    #[must_use]
    pub const fn at(now: Instant) -> Self {
        Self(std::sync::atomic::AtomicI64::new(now.0))
    }

    /// Jumps to an instant, which may lie in the past.
    pub fn set(&self, now: Instant) {
        self.0.store(now.0, std::sync::atomic::Ordering::SeqCst);
    }

    /// Goes on by so much.
    pub fn advance(&self, by: std::time::Duration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(ms, std::sync::atomic::Ordering::SeqCst);
    }
}

#[cfg(any(test, feature = "testing"))]
impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = FixedClock::at(Instant(1_000));
        assert_eq!(clock.now(), Instant(1_000));
        clock.advance(std::time::Duration::from_secs(2));
        assert_eq!(clock.now(), Instant(3_000));
        clock.set(Instant(-5));
        assert_eq!(clock.now(), Instant(-5));
    }

    #[test]
    fn the_system_clock_counts_milliseconds_since_1970() {
        // 2020-01-01 and 2200-01-01: seconds or microseconds would fall outside.
        assert!((1_577_836_800_000..7_258_118_400_000).contains(&SystemClock.now().0));
    }
}
