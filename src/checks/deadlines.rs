//! Deadlines of the checklist: they have a date, nothing else has one, and one that has passed deserves a look.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::ItemKind;

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for case in context.site.cases() {
        for item in case.data.checklist.items() {
            let report = |code, at, message| Diagnostic::new(code, &case.file, at, message);
            let id = &item.id.value;
            match (&item.due, item.kind == ItemKind::Deadline) {
                (None, true) => found.push(
                    report(
                        Code::DeadlineDate,
                        item.id.at,
                        text!("die Frist „{id}“ hat kein Datum", "the deadline \"{id}\" has no date"),
                    )
                    .hint(text!(
                        "„due: JJJJ-MM-TT“ ergänzen, oder bei „kind:“ eine andere Art wählen",
                        "add \"due: YYYY-MM-DD\", or choose another \"kind:\""
                    )),
                ),
                (Some(due), false) => found.push(
                    report(
                        Code::DeadlineDate,
                        due.at,
                        text!("„{id}“ hat ein Datum, ist aber keine Frist", "\"{id}\" has a date but is no deadline"),
                    )
                    .hint(text!(
                        "„kind: deadline“ schreiben oder die Zeile „due:“ löschen",
                        "write \"kind: deadline\" or delete the line \"due:\""
                    )),
                ),
                // Once an editor has checked the case after the deadline, it stands there on purpose.
                (Some(due), true)
                    if due.last_day() < context.site.today
                        && case.data.reviewed.as_ref().is_none_or(|reviewed| reviewed.value <= due.value) =>
                {
                    let date = due.value;
                    found.push(
                        report(
                            Code::DeadlinePassed,
                            due.at,
                            text!("die Frist {date} ist abgelaufen", "the deadline {date} has passed"),
                        )
                        .hint(text!(
                            "prüfen, ob es eine neue Frist gibt, und den Punkt anpassen; die Seite zeigt die Frist als abgelaufen",
                            "find out whether there is a new deadline and change the item; the page shows the deadline as passed"
                        )),
                    );
                }
                (Some(_), true) | (None, false) => {}
            }
        }
    }
    found
}
