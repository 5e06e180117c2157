//! Dates as editors know them: a year, a month or a day.

use std::borrow::Cow;
use std::fmt;

use jiff::civil;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

/// A date of the Gregorian calendar, exact to the year, the month or the day: `2025`, `2025-09`, `2025-09-30`.
///
/// The order is by the first day meant; of two dates with the same first day the less exact one comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    first: civil::Date,
    precision: Precision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    Year,
    Month,
    Day,
}

impl Date {
    /// Name of this notation in the JSON Schema (`format`).
    pub const FORMAT: &'static str = "handbook-date";

    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `None` for any other notation and for days the calendar lacks.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |part: &str, width: usize| -> Option<i16> {
            (part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
        };
        let mut parts = text.split('-');
        let year = number(parts.next()?, 4)?;
        let month = parts.next().map(|part| number(part, 2).ok_or(())).transpose().ok()?;
        let day = parts.next().map(|part| number(part, 2).ok_or(())).transpose().ok()?;
        if parts.next().is_some() {
            return None;
        }
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
        };
        let part = |number: Option<i16>| i8::try_from(number.unwrap_or(1)).ok();
        let first = civil::Date::new(year, part(month)?, part(day)?).ok()?;
        Some(Date { first, precision })
    }

    /// A single day.
    pub fn day(day: civil::Date) -> Self {
        Date { first: day, precision: Precision::Day }
    }

    /// First day that the date can mean.
    pub fn first_day(self) -> civil::Date {
        self.first
    }

    /// Last day that the date can mean.
    pub fn last_day(self) -> civil::Date {
        match self.precision {
            Precision::Year => self.first.last_of_year(),
            Precision::Month => self.first.last_of_month(),
            Precision::Day => self.first,
        }
    }

    /// Year, for citations.
    pub fn year(self) -> i16 {
        self.first.year()
    }

    /// Month (1–12), where the date is exact enough.
    pub fn month(self) -> Option<i8> {
        (self.precision >= Precision::Month).then(|| self.first.month())
    }

    /// Day of the month, where the date is exact enough.
    pub fn day_of_month(self) -> Option<i8> {
        (self.precision == Precision::Day).then(|| self.first.day())
    }
}

/// The notation of the file: `2025-09`.
impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.first.year(), self.first.month(), self.first.day());
        match self.precision {
            Precision::Year => write!(formatter, "{year:04}"),
            Precision::Month => write!(formatter, "{year:04}-{month:02}"),
            Precision::Day => write!(formatter, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Date::parse(&text)
            .ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &"YYYY, YYYY-MM or YYYY-MM-DD"))
    }
}

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // A bare year is an integer to YAML, hence two types; the pattern speaks of the text only.
        json_schema!({
            "type": ["string", "integer"],
            "format": Date::FORMAT,
            "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$",
            "minimum": 1900,
            "maximum": 2100,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let found = Date::parse(text).map(|date| (date.first_day().to_string(), date.last_day().to_string()));
        let expected = expected.map(|(first, last)| (first.to_owned(), last.to_owned()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn reads_three_precisions() {
        check("2025", Some(("2025-01-01", "2025-12-31")));
        check("2024-02", Some(("2024-02-01", "2024-02-29")));
        check("2025-04-29", Some(("2025-04-29", "2025-04-29")));
    }

    #[test]
    fn refuses_what_the_calendar_lacks() {
        for text in
            ["", "25", "2025-13", "2025-00", "2025-02-29", "2025-4-1", "2025-04-29-1", "29.04.2025", "+025", "2025-"]
        {
            check(text, None);
        }
    }

    #[test]
    fn writes_what_it_read() {
        for text in ["2025", "2025-09", "2025-09-30"] {
            assert_eq!(Date::parse(text).map(|date| date.to_string()).as_deref(), Some(text));
        }
    }
}
