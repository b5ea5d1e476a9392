//! The time of the machine.

use jiff::Timestamp;
use std::time::SystemTime;

/// The current time. A clock beyond the calendar, which ends with the year 9999, shows its last moment.
pub(crate) fn now() -> Timestamp {
    within_calendar(SystemTime::now())
}

fn within_calendar(time: SystemTime) -> Timestamp {
    let beyond = if time < SystemTime::UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::try_from(time).unwrap_or(beyond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_beyond_the_calendar_shows_its_last_moment() {
        let far = Duration::from_secs(9000 * 31_556_952);
        assert_eq!(within_calendar(SystemTime::UNIX_EPOCH + far), Timestamp::MAX);
        assert_eq!(within_calendar(SystemTime::UNIX_EPOCH - far * 2), Timestamp::MIN);
        assert_eq!(within_calendar(SystemTime::UNIX_EPOCH), Timestamp::UNIX_EPOCH);
    }
}
