//! The bytes of files beside cases: what is named like an image is one, is light enough for a slow line, and runs nothing.
//!
//! An SVG is a document of its own: it can hold scripts and fetch from other sites. Ours hold shapes and text only.

use std::borrow::Cow;

use imagesize::ImageType;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::Context;
use super::images::ending;
use crate::diagnostic::{Code, Diagnostic, Text};
use crate::model::{Limits, Position};

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let site = context.site;
    let mut found = Vec::new();
    for case in site.cases().filter(|case| !case.attachments.is_empty()) {
        let folder = case.file.trim_end_matches("case.yaml");
        for file in case.attachments.iter().map(|name| format!("{folder}{name}")) {
            if let Some(bytes) = site.attachments.get(&file) {
                found.extend(check_file(&file, bytes, &site.handbook.limits));
            }
        }
    }
    found
}

fn check_file(file: &str, bytes: &[u8], limits: &Limits) -> Option<Diagnostic> {
    let ending = ending(file);
    match ending.as_str() {
        "png" | "jpg" | "jpeg" | "webp" => pretends(file, &ending, bytes)
            .or_else(|| too_many_pixels(file, bytes, limits))
            .or_else(|| too_heavy(file, bytes, limits)),
        "svg" => unsafe_svg(file, bytes).or_else(|| too_heavy(file, bytes, limits)),
        "pdf" => (!bytes.starts_with(b"%PDF-")).then(|| is_none(file, &ending)),
        _ => None,
    }
}

fn is_none(file: &str, ending: &str) -> Diagnostic {
    let name = ending.to_uppercase();
    Diagnostic::about_file(
        Code::ImageUnsafe,
        file,
        text!(
            "die Datei heißt .{ending}, ist aber keine {name}-Datei",
            "the file is named .{ending} but is no {name} file"
        ),
    )
    .hint(text!(
        "in einem Bild- oder Textprogramm öffnen und als {name} neu speichern",
        "open it in its program and save it again as {name}"
    ))
}

fn pretends(file: &str, ending: &str, bytes: &[u8]) -> Option<Diagnostic> {
    let fits = match imagesize::image_type(bytes) {
        Ok(ImageType::Png) => ending == "png",
        Ok(ImageType::Jpeg) => matches!(ending, "jpg" | "jpeg"),
        Ok(ImageType::Webp) => ending == "webp",
        _ => false,
    };
    (!fits || imagesize::blob_size(bytes).is_err()).then(|| is_none(file, ending))
}

fn too_many_pixels(file: &str, bytes: &[u8], limits: &Limits) -> Option<Diagnostic> {
    let size = imagesize::blob_size(bytes).ok()?;
    let (width, height, most) = (size.width, size.height, limits.image_pixels);
    let is_too_large = width.max(height) > usize::try_from(most).unwrap_or(usize::MAX);
    is_too_large.then(|| {
        Diagnostic::about_file(
            Code::ImageTooLarge,
            file,
            text!(
                "das Bild ist mit {width} × {height} Pixeln zu groß",
                "the image is too large: {width} × {height} pixels"
            ),
        )
        .hint(text!(
            "so verkleinern, dass die längere Seite höchstens {most} Pixel hat",
            "scale it down until the longer side has at most {most} pixels"
        ))
    })
}

fn too_heavy(file: &str, bytes: &[u8], limits: &Limits) -> Option<Diagnostic> {
    let (size, most) = (bytes.len().div_ceil(1000), limits.image_kilobytes);
    let is_too_heavy = size > usize::try_from(most).unwrap_or(usize::MAX);
    is_too_heavy.then(|| {
        Diagnostic::about_file(
            Code::ImageTooLarge,
            file,
            text!("das Bild ist mit {size} KB zu groß", "the image is too large: {size} KB"),
        )
        .hint(text!(
            "auf höchstens {most} KB verkleinern: weniger Pixel, Fotos als JPEG",
            "scale it down to at most {most} KB: fewer pixels, photographs as JPEG"
        ))
    })
}

fn unsafe_svg(file: &str, bytes: &[u8]) -> Option<Diagnostic> {
    // In another encoding a browser may read what nobody looked for.
    let Ok(text) = std::str::from_utf8(bytes) else { return Some(is_none(file, "svg")) };
    let report = |offset: u64, message: Text| {
        let at = position(text, usize::try_from(offset).unwrap_or(usize::MAX));
        Diagnostic::new(Code::ImageUnsafe, file, at, message).hint(text!(
            "im Zeichenprogramm als „reines SVG“ ohne Skripte und fremde Inhalte neu speichern",
            "save it again as \"plain SVG\" without scripts and foreign content in the drawing program"
        ))
    };
    let mut reader = Reader::from_str(text);
    let mut has_root = false;
    let mut depth = 0_usize;
    let mut in_style = false;
    loop {
        let start = reader.buffer_position();
        let event = match reader.read_event() {
            Ok(Event::Eof) if depth == 0 => break,
            Ok(Event::Eof) | Err(_) => {
                return Some(report(start, text!("das SVG ist hier nicht lesbar", "the SVG cannot be read here")));
            }
            Ok(event) => event,
        };
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let (Event::Start(element) | Event::Empty(element), false) = (&event, has_root) {
            has_root = true;
            if element.local_name().as_ref() != "svg" {
                return Some(is_none(file, "svg"));
            }
        }
        if let Some(message) = unsafe_event(&event, in_style) {
            return Some(report(start, message));
        }
        in_style = match &event {
            Event::Start(element) => element.local_name().as_ref() == "style",
            Event::End(_) => false,
            _ => in_style,
        };
    }
    (!has_root).then(|| is_none(file, "svg"))
}

fn unsafe_event(event: &Event<'_>, in_style: bool) -> Option<Text> {
    match event {
        Event::Start(element) | Event::Empty(element) => unsafe_element(element),
        Event::Text(style) if in_style => unsafe_style(style),
        Event::CData(style) if in_style => unsafe_style(style),
        Event::DocType(doctype) if doctype.to_ascii_uppercase().contains("<!ENTITY") => {
            Some(text!("das SVG erklärt eigene Zeichenfolgen (ENTITY)", "the SVG declares entities"))
        }
        Event::PI(instruction) if instruction.starts_with("xml-stylesheet") => {
            Some(text!("das SVG lädt eine fremde Gestaltung", "the SVG loads a foreign style"))
        }
        _ => None,
    }
}

/// Elements that run something or hold a document of another kind.
const REFUSED: [&str; 8] = ["script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler"];

fn unsafe_element(element: &BytesStart<'_>) -> Option<Text> {
    let name = element.local_name().as_ref().to_owned();
    if REFUSED.contains(&name.to_lowercase().as_str()) {
        return Some(text!("das SVG enthält <{name}>", "the SVG holds <{name}>"));
    }
    for attribute in element.html_attributes().with_checks(false).flatten() {
        let key = attribute.key.local_name().as_ref().to_lowercase();
        let value = unescape(&attribute.value).unwrap_or(Cow::Borrowed(&attribute.value)).trim().to_owned();
        let is_reference = matches!(key.as_str(), "href" | "src" | "from" | "to" | "values" | "by");
        if key.starts_with("on") {
            return Some(text!("das SVG enthält ein Skript ({key})", "the SVG holds a script ({key})"));
        }
        if is_reference && leads_away(&value, matches!(key.as_str(), "href" | "src")) {
            let value: String = value.chars().take(60).collect();
            return Some(text!("das SVG verweist nach außen: {value}", "the SVG refers to something outside: {value}"));
        }
        if let Some(message) = unsafe_style(&value) {
            return Some(message);
        }
    }
    None
}

/// Whether a reference leaves the file. Images inside the file are fine. Attributes of animations hold any text, so there
/// only what names a scheme counts.
fn leads_away(value: &str, is_address: bool) -> bool {
    let lower = value.to_lowercase();
    let is_inside = lower.is_empty()
        || lower.starts_with('#')
        || ["data:image/png;", "data:image/jpeg;", "data:image/webp;"].iter().any(|start| lower.starts_with(start));
    let names_scheme = ["javascript:", "data:", "http:", "https:", "//"].iter().any(|scheme| lower.contains(scheme));
    !is_inside && (is_address || names_scheme)
}

fn unsafe_style(style: &str) -> Option<Text> {
    let style: String = style.to_lowercase().chars().filter(|character| !character.is_whitespace()).collect();
    let fetches = style.split("url(").skip(1).any(|rest| {
        let address = rest.trim_start_matches(['"', '\'']);
        !address.starts_with('#') && !address.starts_with("data:image/")
    });
    // A backslash can spell any of these in another way, and drawings need none.
    let runs = ["@import", "javascript:", "expression(", "\\"].iter().any(|word| style.contains(word));
    (fetches || runs).then(|| text!("das SVG lädt fremde Inhalte", "the SVG loads foreign content"))
}

fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(before.len()..).unwrap_or_default();
    let length = rest.find(['>', '\n']).map_or(1, |end| rest[..end].chars().count() + 1);
    Position::new(before.matches('\n').count() + 1, before[line_start..].chars().count() + 1, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_svg(inside: &str, expected: Option<&str>) {
        let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">{inside}</svg>");
        let found = unsafe_svg("a.svg", svg.as_bytes()).map(|found| found.message.en);
        assert_eq!(found.as_deref(), expected, "{inside}");
    }

    #[test]
    fn drawings_may_hold_shapes_and_text() {
        check_svg("<title>a</title><path d=\"M0 0\"/><text>on load javascript</text>", None);
        check_svg("<defs><path id=\"a\"/></defs><use href=\"#a\" xlink:href=\"#a\"/>", None);
        check_svg("<style>@media print { text { fill: url(#a) } }</style>", None);
        check_svg("<image href=\"data:image/png;base64,AAAA\"/>", None);
        check_svg("<animate values=\"0;1\" from=\"0\" to=\"1\"/>", None);
    }

    #[test]
    fn drawings_may_not_run_or_fetch_anything() {
        check_svg("<script>alert(1)</script>", Some("the SVG holds <script>"));
        check_svg("<SCRIPT/>", Some("the SVG holds <SCRIPT>"));
        check_svg("<g onclick=\"x()\"/>", Some("the SVG holds a script (onclick)"));
        check_svg("<foreignObject/>", Some("the SVG holds <foreignObject>"));
        check_svg(
            "<use href=\"https://a.de/b.svg#c\"/>",
            Some("the SVG refers to something outside: https://a.de/b.svg#c"),
        );
        check_svg("<a xlink:href=\"javascript:x\"/>", Some("the SVG refers to something outside: javascript:x"));
        check_svg("<set to=\"javascript:x\"/>", Some("the SVG refers to something outside: javascript:x"));
        check_svg("<style>@import 'x.css'</style>", Some("the SVG loads foreign content"));
        check_svg("<g style=\"fill: url( https://a.de )\"/>", Some("the SVG loads foreign content"));
        check_svg("<a href=\"java&#115;cript:x\"/>", Some("the SVG refers to something outside: javascript:x"));
        check_svg("<style>@\\69mport 'x.css'</style>", Some("the SVG loads foreign content"));
        check_svg("<g>", Some("the SVG cannot be read here"));
    }

    #[test]
    fn files_are_what_they_are_named() {
        let limits = Limits::default();
        let check = |file: &str, bytes: &[u8], expected: Option<Code>| {
            assert_eq!(check_file(file, bytes, &limits).map(|found| found.code), expected, "{file}");
        };
        check("a.pdf", b"%PDF-1.7", None);
        check("a.pdf", b"<html>", Some(Code::ImageUnsafe));
        check("a.png", b"GIF89a", Some(Code::ImageUnsafe));
        check("a.svg", b"<html><script/></html>", Some(Code::ImageUnsafe));
        check("a.svg", b"", Some(Code::ImageUnsafe));
    }
}
