//! The accessibility statement: it is there, and it rests on a test that is no older than a year. Public bodies look
//! through theirs once a year, so the warning comes a month before.

use jiff::ToSpan;
use jiff::civil;

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Conformance, Date, PageKind, Statement};

/// Months after which the statement needs a new test.
const DUE_MONTHS: i32 = 11;

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let site = context.site;
    let pages = site.pages.iter().filter(|page| page.data.kind == PageKind::Accessibility);
    pages
        .flat_map(|page| match &page.data.statement {
            Some(statement) => {
                let old = is_older(statement.tested_on.value, DUE_MONTHS, site.today);
                [old.then(|| overdue(&page.file, statement)), contradiction(&page.file, statement)]
            }
            None => [Some(missing(&page.file)), None],
        })
        .flatten()
        .collect()
}

/// Whether more months than these have passed since the last day that a date can mean.
pub fn is_older(tested: Date, months: i32, today: civil::Date) -> bool {
    tested.last_day().checked_add(months.months()).is_ok_and(|due| due < today)
}

fn missing(file: &str) -> Diagnostic {
    let message =
        text!("die Angaben zur Prüfung der Barrierefreiheit fehlen", "the data of the accessibility test are missing");
    Diagnostic::about_file(Code::StatementMissing, file, message).hint(text!(
        "im Kopf „statement:“ ergänzen: Maßstab, Stand, Mängel, Tag und Verfahren der Prüfung, Kontakt, Schlichtung",
        "add \"statement:\" to the head: standard, status, gaps, day and method of the test, contact, enforcement"
    ))
}

fn overdue(file: &str, statement: &Statement) -> Diagnostic {
    let tested = statement.tested_on.value;
    let message =
        text!("die Barrierefreiheit wurde zuletzt am {tested} geprüft", "accessibility was last tested on {tested}");
    Diagnostic::new(Code::StatementOverdue, file, statement.tested_on.at, message).hint(text!(
        "einmal im Jahr neu prüfen, dann „tested_on:“ auf den Tag der Prüfung setzen",
        "test anew once a year, then set \"tested_on:\" to the day of the test"
    ))
}

/// Who complies in full has no gaps, and who has none says so.
fn contradiction(file: &str, statement: &Statement) -> Option<Diagnostic> {
    let message = match (statement.status, statement.gaps.is_empty()) {
        (Conformance::Full, false) => text!(
            "„vollständig vereinbar“ passt nicht zu einer Liste von Mängeln",
            "\"full\" does not fit a list of gaps"
        ),
        (Conformance::Partial | Conformance::None, true) => {
            text!("„teilweise“ oder „nicht vereinbar“ ohne einen Mangel", "\"partial\" or \"none\" without a gap")
        }
        (Conformance::Full, true) | (Conformance::Partial | Conformance::None, false) => return None,
    };
    Some(
        Diagnostic::about_file(Code::InvalidValue, file, message)
            .hint(text!("„status:“ und „gaps:“ in Einklang bringen", "let \"status:\" and \"gaps:\" say the same")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_older(tested: &str, months: i32, expected: bool) {
        assert_eq!(is_older(Date::parse(tested).unwrap(), months, civil::date(2026, 11, 22)), expected, "{tested}");
    }

    #[test]
    fn tests_are_old_after_eleven_months() {
        check_older("2025-12-22", 11, false);
        check_older("2025-12-21", 11, true);
        check_older("2025-12", 11, false);
        check_older("2025", 11, false);
        check_older("2024", 11, true);
        check_older("2025-10-22", 13, false);
        check_older("2025-10-21", 13, true);
    }
}
