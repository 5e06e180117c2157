//! HTML in Markdown. It would bypass everything that keeps pages safe and accessible, and Markdown has a notation for all
//! that a text needs; the message names it.

use super::{MOST, Text};
use crate::diagnostic::{Code, Diagnostic, Text as Message};
use crate::site::Site;

pub(super) fn check(_: &Site, text: &Text<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // Line and name of the tag before: lines of one block are one problem.
    let mut last = (0, String::new());
    for (piece, at) in &text.outline.html {
        let tag = tag_of(piece);
        let goes_on = last.0 + 1 == at.line && (last.1 == tag || last.1 == COMMENT && !piece.starts_with('<'));
        if piece.starts_with("</") || !piece.starts_with('<') || goes_on {
            last.0 = at.line;
            continue;
        }
        last = (at.line, tag.clone());
        let line = piece.lines().next().unwrap_or_default();
        let shown: String = line.split_inclusive('>').next().unwrap_or_default().chars().take(60).collect();
        found.push(
            Diagnostic::new(
                Code::RawHtml,
                text.owner.file(),
                text.at(*at),
                text!("HTML ist nicht erlaubt: {shown}", "HTML is not allowed: {shown}"),
            )
            .hint(instead_of(&tag)),
        );
        if found.len() >= MOST {
            break;
        }
    }
    found
}

const COMMENT: &str = "!--";

/// Name of a tag in small letters; `!--` for a comment.
fn tag_of(piece: &str) -> String {
    let inside = piece.trim_start_matches(['<', '/']);
    if inside.starts_with(COMMENT) {
        return COMMENT.to_owned();
    }
    inside.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

fn instead_of(tag: &str) -> Message {
    match tag {
        COMMENT => text!(
            "den Kommentar löschen; Bemerkungen für Kolleg*innen gehören in die Beschreibung der Änderung",
            "delete the comment; remarks for colleagues belong in the description of the change"
        ),
        "b" | "strong" => text!("statt <b>…</b> schreiben: **…**", "instead of <b>…</b> write **…**"),
        "i" | "em" => text!("statt <i>…</i> schreiben: *…*", "instead of <i>…</i> write *…*"),
        "u" | "mark" | "big" => {
            text!("statt Unterstreichung Fettschrift nehmen: **…**", "use bold type instead of underlining: **…**")
        }
        "br" => text!(
            "für einen neuen Absatz eine Leerzeile lassen; für eine neue Zeile „\\“ ans Zeilenende setzen",
            "leave a blank line for a new paragraph; put \"\\\" at the end of a line for a new line"
        ),
        "p" | "div" | "span" | "center" | "font" | "small" | "section" | "article" => text!(
            "das Tag löschen und den Text behalten; Absätze trennt eine Leerzeile",
            "delete the tag and keep the text; a blank line separates paragraphs"
        ),
        "a" => text!(
            "den Link so schreiben: [Text](https://…), zu einer Seite des Handbuchs [Text](case:name)",
            "write the link like this: [text](https://…), to a page of the handbook [text](case:name)"
        ),
        "img" | "figure" | "picture" => text!(
            "das Bild in den Ordner des Beispiels legen und schreiben: ![Was zu sehen ist](datei.png)",
            "put the image into the folder of the case and write ![What it shows](file.png)"
        ),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            text!("die Überschrift so schreiben: ## Überschrift", "write the heading like this: ## Heading")
        }
        "ul" | "ol" | "li" => text!(
            "die Liste so schreiben: jede Zeile mit „- “ oder „1. “ beginnen",
            "write the list like this: start each line with \"- \" or \"1. \""
        ),
        "table" | "thead" | "tbody" | "tr" | "td" | "th" => text!(
            "die Tabelle mit senkrechten Strichen schreiben: | Spalte | Spalte |, darunter |---|---|",
            "write the table with bars: | column | column |, below it |---|---|"
        ),
        "blockquote" | "q" => {
            text!(
                "ein Zitat beginnt mit „> “ am Zeilenanfang",
                "a quotation starts with \"> \" at the start of the line"
            )
        }
        "hr" => text!("eine Zeile mit --- schreiben", "write a line with ---"),
        "sub" | "sup" => text!("die Zahl ausschreiben oder in Klammern setzen", "write the number out or in brackets"),
        "code" | "pre" | "kbd" => text!("in Gravis setzen: `…`", "put it in backticks: `…`"),
        "abbr" | "dfn" => text!(
            "das Tag löschen und die Abkürzung in vocabulary/glossary.yaml erklären",
            "delete the tag and explain the abbreviation in vocabulary/glossary.yaml"
        ),
        "script" | "style" | "iframe" | "object" | "embed" | "form" | "input" | "button" | "video" | "audio"
        | "link" | "svg" => text!(
            "löschen; Seiten des Handbuchs zeigen nur Text, Bilder und Links",
            "delete it; pages of the handbook show only text, images and links"
        ),
        _ => text!(
            "löschen; ist eine spitze Klammer gemeint, „\\<“ schreiben",
            "delete it; if an angle bracket is meant, write \"\\<\""
        ),
    }
}
