//! Files beside a case that no reader would find or that do not belong there.

use std::collections::BTreeSet;

use super::images::{ENDINGS as IMAGES, ending};
use super::{Context, Owner};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::markdown::Target;
use crate::model::is_device;

/// Endings of files that a case may bring along: images and documents, nothing that a browser would run.
const ENDINGS: [&str; 14] =
    ["png", "jpg", "jpeg", "svg", "webp", "pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "csv", "txt"];

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for text in &context.texts {
        let Owner::Case(case) = text.owner else { continue };
        if case.attachments.is_empty() {
            continue;
        }
        let images = text.outline.images.iter().map(|image| image.target.as_str());
        let links = text.outline.links.iter().filter_map(|link| match Target::parse(&link.target) {
            Target::File(name) => Some(name),
            _ => None,
        });
        let used: BTreeSet<&str> = images.chain(links).collect();
        // A text that names a file which is not there has mistyped a name; its file is not superfluous as well.
        let is_mistyped = used.iter().any(|name| !case.attachments.iter().any(|file| file == name));
        let folder = case.file.trim_end_matches("case.yaml");
        found.extend(
            case.attachments
                .iter()
                .filter_map(|name| check_file(folder, name, is_mistyped || used.contains(name.as_str()))),
        );
    }
    found
}

fn check_file(folder: &str, name: &str, is_used: bool) -> Option<Diagnostic> {
    let file = format!("{folder}{name}");
    let report = |code, message| Diagnostic::about_file(code, &file, message);
    if name.contains('/') {
        let message = text!("Beispiele haben keine Unterordner", "cases have no folders inside");
        let hint =
            text!("die Datei direkt in den Ordner {folder} legen", "put the file into the folder {folder} itself");
        return Some(report(Code::UnexpectedFile, message).hint(hint));
    }
    if !ENDINGS.contains(&ending(name).as_str()) {
        let list = ENDINGS.join(", ");
        let message = text!("„{name}“ gehört nicht zu den Dateien eines Beispiels", "\"{name}\" is no file for a case");
        let mut diagnostic = report(Code::UnexpectedFile, message)
            .hint(text!("löschen oder umwandeln; erlaubt sind: {list}", "delete or convert it; allowed are: {list}"));
        // It would be published with the case, and a browser might run it.
        diagnostic.severity = Severity::Error;
        return Some(diagnostic);
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        let better = better_name(name);
        let message =
            text!("„{name}“ kann nicht Teil einer Adresse werden", "\"{name}\" cannot become part of an address");
        let hint = text!("umbenennen, zum Beispiel in „{better}“", "rename it, for example to \"{better}\"");
        return Some(report(Code::InvalidName, message).hint(hint));
    }
    if is_device(name) {
        let message = text!(
            "„{name}“ ist ein Name, den Windows sich vorbehält",
            "\"{name}\" is a name that Windows reserves for itself"
        );
        let hint = text!("umbenennen, zum Beispiel in „bild-{name}“", "rename it, for example to \"image-{name}\"");
        return Some(report(Code::InvalidName, message).hint(hint));
    }
    let notation = if IMAGES.contains(&ending(name).as_str()) {
        text!("![Was zu sehen ist]({name})", "![What it shows]({name})")
    } else {
        text!("[Text]({name})", "[text]({name})")
    };
    let (german, english) = (notation.de, notation.en);
    (!is_used).then(|| {
        report(Code::UnexpectedFile, text!("der Text verwendet diese Datei nicht", "the text does not use this file"))
            .hint(text!(
                "in case.md mit {german} nennen oder löschen",
                "name it in case.md with {english}, or delete it"
            ))
    })
}

fn better_name(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{}.{}", crate::model::Slug::suggest(stem), ending(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, is_used: bool, expected: Option<(Code, Severity)>) {
        let found = check_file("content/cases/a/", name, is_used);
        assert_eq!(found.map(|found| (found.code, found.severity)), expected, "{name}");
    }

    #[test]
    fn wants_files_that_are_used_and_harmless() {
        check("plan.pdf", true, None);
        check("plan.pdf", false, Some((Code::UnexpectedFile, Severity::Warning)));
        check("seite.html", true, Some((Code::UnexpectedFile, Severity::Error)));
        check("bilder/plan.png", true, Some((Code::UnexpectedFile, Severity::Warning)));
        check("Übersicht neu.png", true, Some((Code::InvalidName, Severity::Error)));
        check("AUX.png", true, Some((Code::InvalidName, Severity::Error)));
        check("com1.tabelle.csv", true, Some((Code::InvalidName, Severity::Error)));
        check("auxiliar.png", true, None);
        assert_eq!(better_name("Übersicht neu.PNG"), "uebersicht-neu.png");
    }
}
