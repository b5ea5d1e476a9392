//! The current time.
//!
//! The calendar ends with the year 9999. A clock beyond it, as on a machine with a broken one, shows the last moment.

use jiff::{Timestamp, Unit};
use std::time::SystemTime;

/// The current time, as far as the calendar goes.
#[must_use]
pub fn now() -> Timestamp {
    within_calendar(SystemTime::now())
}

/// The current time, to the millisecond.
#[must_use]
pub fn now_in_milliseconds() -> Timestamp {
    let now = now();
    now.round(Unit::Millisecond).unwrap_or(now)
}

fn within_calendar(time: SystemTime) -> Timestamp {
    let beyond = if time < SystemTime::UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::try_from(time).unwrap_or(beyond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;
    use std::time::Duration;

    #[test]
    fn a_clock_beyond_the_calendar_shows_its_last_moment() {
        let year = |number: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(number * 31_556_952);
        assert_eq!(within_calendar(SystemTime::UNIX_EPOCH), Timestamp::UNIX_EPOCH);
        for beyond in [8030, 9000, 200_000].map(year) {
            let date = TimeZone::UTC.to_datetime(within_calendar(beyond)).date();
            assert_eq!(date.to_string(), "9999-12-30");
        }
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(20_000 * 31_556_952);
        assert_eq!(within_calendar(before), Timestamp::MIN);
    }
}
