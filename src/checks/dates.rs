//! Dates that cannot be true together. A date that is exact to the month or the year stands for all its days, so `2025-09`
//! is neither before nor after `2025-09-12`.

use jiff::civil;

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Text};
use crate::model::{Date, Figure, Located};

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let site = context.site;
    let mut found = Found { today: site.today, diagnostics: Vec::new() };
    for case in site.cases() {
        let (file, data) = (case.file.as_str(), &case.data);
        found.until(file, data.status.since.as_ref(), data.status.until.as_ref());
        found.reviews(file, data.reviewed.as_ref(), Some(&data.next_review));
        found.legal_state(file, &data.legal_state);
        found.figures(file, &data.results);
    }
    for topic in &site.topics {
        let (file, data) = (topic.file.as_str(), &topic.data);
        found.reviews(file, data.reviewed.as_ref(), Some(&data.next_review));
        found.legal_state(file, &data.legal_state);
    }
    for page in &site.pages {
        let (file, data) = (page.file.as_str(), &page.data);
        found.reviews(file, data.reviewed.as_ref(), data.next_review.as_ref());
        if let Some(date) = &data.legal_state {
            found.legal_state(file, date);
        }
        if let Some(statement) = &data.statement {
            found.reviews(file, Some(&statement.tested_on), None);
        }
        found.figures(file, &data.figures);
    }
    found.diagnostics
}

struct Found {
    today: civil::Date,
    diagnostics: Vec<Diagnostic>,
}

/// Whether a date lies before another, whatever days are meant.
fn is_before(left: Date, right: Date) -> bool {
    left.last_day() < right.first_day()
}

impl Found {
    fn push(&mut self, file: &str, date: &Located<Date>, message: Text, hint: Text) {
        self.diagnostics.push(Diagnostic::new(Code::DateOrder, file, date.at, message).hint(hint));
    }

    fn until(&mut self, file: &str, since: Option<&Located<Date>>, until: Option<&Located<Date>>) {
        let (Some(since), Some(until)) = (since, until) else { return };
        if is_before(until.value, since.value) {
            let (from, to) = (since.value, until.value);
            self.push(
                file,
                until,
                text!("das Ende {to} liegt vor dem Anfang {from}", "the end {to} lies before the start {from}"),
                text!("„since:“ und „until:“ prüfen", "check \"since:\" and \"until:\""),
            );
        }
    }

    fn reviews(&mut self, file: &str, reviewed: Option<&Located<Date>>, next: Option<&Located<Date>>) {
        let Some(reviewed) = reviewed else { return };
        if self.is_future(reviewed.value) {
            let date = reviewed.value;
            self.push(
                file,
                reviewed,
                text!("geprüft am {date}: das liegt in der Zukunft", "reviewed on {date}: that is in the future"),
                text!("den Tag der letzten Prüfung eintragen", "give the day of the last review"),
            );
        } else if let Some(next) = next.filter(|next| is_before(next.value, reviewed.value)) {
            let (last, planned) = (reviewed.value, next.value);
            self.push(
                file,
                next,
                text!(
                    "die nächste Prüfung {planned} liegt vor der letzten {last}",
                    "the next review {planned} lies before the last one {last}"
                ),
                text!("„next_review:“ auf ein späteres Datum setzen", "set \"next_review:\" to a later date"),
            );
        }
    }

    fn legal_state(&mut self, file: &str, date: &Located<Date>) {
        if self.is_future(date.value) {
            let written = date.value;
            self.push(
                file,
                date,
                text!("der Rechtsstand {written} liegt in der Zukunft", "the legal state {written} is in the future"),
                text!(
                    "das Datum eintragen, zu dem das Recht geprüft wurde",
                    "give the date at which the law was checked"
                ),
            );
        }
    }

    fn figures(&mut self, file: &str, figures: &[Figure]) {
        for figure in figures.iter().filter(|figure| self.today < figure.as_of.first_day()).collect::<Vec<_>>() {
            let written = figure.as_of.value;
            self.push(
                file,
                &figure.as_of,
                text!(
                    "der Stand {written} der Zahl liegt in der Zukunft",
                    "the date {written} of the figure is in the future"
                ),
                text!("das Datum eintragen, zu dem die Zahl galt", "give the date at which the figure was true"),
            );
        }
    }

    fn is_future(&self, date: Date) -> bool {
        self.today < date.first_day()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_before(left: &str, right: &str, expected: bool) {
        let date = |text| Date::parse(text).unwrap();
        assert_eq!(is_before(date(left), date(right)), expected, "{left} {right}");
    }

    #[test]
    fn compares_dates_by_the_days_they_stand_for() {
        check_before("2024", "2025", true);
        check_before("2025-08-31", "2025-09", true);
        check_before("2025-09", "2025-09-12", false);
        check_before("2025-09-12", "2025", false);
        check_before("2025-09-12", "2025-09-12", false);
    }
}
