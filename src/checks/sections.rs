//! Sections that every case has, so that readers find the same thing at the same place: how it is done, and what to mind
//! elsewhere.

use super::{Owner, Text};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::markdown::Heading;
use crate::site::Site;

const REQUIRED: [&str; 2] = ["Ansatz", "Was vor Ort zu beachten ist"];

pub(super) fn check(_: &Site, text: &Text<'_>) -> Vec<Diagnostic> {
    match text.owner {
        Owner::Case(_) => REQUIRED.iter().filter_map(|name| check_section(text, name)).collect(),
        Owner::Topic(_) | Owner::Page(_) => Vec::new(),
    }
}

fn check_section(text: &Text<'_>, name: &str) -> Option<Diagnostic> {
    let file = text.owner.file();
    let headings = &text.outline.headings;
    let Some(position) = headings.iter().position(|heading| heading.level == 2 && heading.text.trim() == name) else {
        return Some(missing(file, headings, name));
    };
    let heading = headings.get(position)?;
    let end = headings.iter().skip(position + 1).find(|next| next.level <= heading.level);
    let lines = text.owner.markdown().lines().enumerate().skip(heading.at.line as usize);
    let mut inside = lines.take_while(|(index, _)| end.is_none_or(|end| index + 1 < end.at.line as usize));
    let has_words = |line: &str| !line.starts_with('#') && line.contains(|letter: char| letter.is_alphanumeric());
    (!inside.any(|(_, line)| has_words(line))).then(|| {
        Diagnostic::new(
            Code::MissingSection,
            file,
            text.at(heading.at),
            text!("der Abschnitt „{name}“ ist leer", "the section \"{name}\" is empty"),
        )
        .hint(text!(
            "darunter schreiben, was die Quelle dazu sagt, oder dass sie nichts dazu sagt",
            "write below what the source says about it, or that it says nothing"
        ))
    })
}

fn missing(file: &str, headings: &[Heading], name: &str) -> Diagnostic {
    let message = text!("der Abschnitt „{name}“ fehlt", "the section \"{name}\" is missing");
    let similar = nearest(name, headings.iter().map(|heading| heading.text.trim()));
    match similar.and_then(|similar| headings.iter().find(|heading| heading.text.trim() == similar)) {
        Some(heading) => Diagnostic::new(Code::MissingSection, file, heading.at, message).hint(text!(
            "diese Überschrift genau so schreiben: ## {name}",
            "write this heading exactly like this: ## {name}"
        )),
        None => Diagnostic::about_file(Code::MissingSection, file, message).hint(text!(
            "eine Zeile „## {name}“ einfügen und den Text darunter schreiben",
            "insert a line \"## {name}\" and write the text below"
        )),
    }
}
