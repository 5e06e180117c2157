//! Reviews that are over due. What nobody looks after becomes wrong without anybody noticing; and public bodies look
//! through their accessibility statement once a year, so that warning comes a month before.

use jiff::ToSpan;
use jiff::civil;

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Date, Located, PageKind};

/// Months after which the accessibility statement needs a look.
const STATEMENT_MONTHS: i32 = 11;

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let site = context.site;
    let cases = site.cases().map(|case| (&case.file, Some(&case.data.next_review)));
    let topics = site.topics.iter().map(|topic| (&topic.file, Some(&topic.data.next_review)));
    let pages = site.pages.iter().map(|page| (&page.file, page.data.next_review.as_ref()));
    let all = cases.chain(topics).chain(pages);
    let is_overdue = |date: &Located<Date>| date.last_day() < site.today;
    let overdue = all.filter_map(|(file, date)| date.filter(|date| is_overdue(date)).map(|date| message(file, date)));
    let statements = site.pages.iter().filter_map(|page| {
        let reviewed = page.data.reviewed.as_ref().filter(|reviewed| is_old(reviewed.value, site.today))?;
        let is_reported = page.data.next_review.as_ref().is_some_and(is_overdue);
        (page.data.kind == PageKind::Accessibility && !is_reported).then(|| statement(&page.file, reviewed))
    });
    overdue.chain(statements).collect()
}

fn is_old(reviewed: Date, today: civil::Date) -> bool {
    reviewed.last_day().checked_add(STATEMENT_MONTHS.months()).is_ok_and(|due| due < today)
}

fn message(file: &str, date: &Located<Date>) -> Diagnostic {
    let written = date.value;
    Diagnostic::new(
        Code::ReviewOverdue,
        file,
        date.at,
        text!("die nächste Prüfung war bis {written} fällig", "the next review was due by {written}"),
    )
    .hint(text!(
        "gegen die Quelle prüfen, dann „reviewed:“ auf heute und „next_review:“ auf später setzen",
        "check against the source, then set \"reviewed:\" to today and \"next_review:\" to a later date"
    ))
}

fn statement(file: &str, reviewed: &Located<Date>) -> Diagnostic {
    let written = reviewed.value;
    Diagnostic::new(
        Code::ReviewOverdue,
        file,
        reviewed.at,
        text!(
            "die Erklärung zur Barrierefreiheit wurde zuletzt am {written} geprüft",
            "the accessibility statement was last reviewed on {written}"
        ),
    )
    .hint(text!(
        "einmal im Jahr neu bewerten, dann „reviewed:“ auf heute setzen",
        "assess it anew once a year, then set \"reviewed:\" to today"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_old(reviewed: &str, expected: bool) {
        assert_eq!(is_old(Date::parse(reviewed).unwrap(), civil::date(2026, 11, 22)), expected, "{reviewed}");
    }

    #[test]
    fn statements_are_old_after_eleven_months() {
        check_old("2025-12-22", false);
        check_old("2025-12-21", true);
        check_old("2025-12", false);
        check_old("2025", false);
        check_old("2024", true);
    }
}
