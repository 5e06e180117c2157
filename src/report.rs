//! Messages for people and machines: annotated text for the terminal, JSON, GitLab code quality, GitHub annotations, SARIF.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::Language;

/// Notation of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, with the line marked.
    #[default]
    Text,
    /// A list of objects.
    Json,
    /// GitLab code quality report.
    Gitlab,
    /// Workflow commands of GitHub.
    Github,
    /// SARIF 2.1.0.
    Sarif,
}

/// Writes a report. `source` gives the text of a file, `prefix` leads from the working folder to the handbook.
pub fn render(
    diagnostics: &[Diagnostic],
    format: Format,
    language: Language,
    prefix: &str,
    styled: bool,
    source: impl Fn(&str) -> Option<String>,
) -> String {
    match format {
        Format::Text => text(diagnostics, language, prefix, styled, source),
        Format::Json => pretty(&diagnostics.iter().map(|diagnostic| as_json(diagnostic, language, prefix)).collect()),
        Format::Gitlab => {
            pretty(&diagnostics.iter().map(|diagnostic| as_gitlab(diagnostic, language, prefix)).collect())
        }
        Format::Github => diagnostics.iter().map(|diagnostic| as_github(diagnostic, language, prefix)).collect(),
        Format::Sarif => sarif(diagnostics, language, prefix),
    }
}

/// `3 Fehler, 1 Warnung`.
pub fn count(diagnostics: &[Diagnostic], language: Language) -> String {
    let number = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let word = |count: usize, one: &str, many: &str| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let (errors, warnings, notes) = (number(Severity::Error), number(Severity::Warning), number(Severity::Note));
    let words = match language {
        Language::De => [
            word(errors, "Fehler", "Fehler"),
            word(warnings, "Warnung", "Warnungen"),
            word(notes, "Hinweis", "Hinweise"),
        ],
        Language::En => {
            [word(errors, "error", "errors"), word(warnings, "warning", "warnings"), word(notes, "note", "notes")]
        }
    };
    let words: Vec<String> = words.into_iter().flatten().collect();
    match (words.is_empty(), language) {
        (true, Language::De) => "keine Beanstandungen".to_owned(),
        (true, Language::En) => "nothing to report".to_owned(),
        (false, _) => words.join(", "),
    }
}

fn text(
    diagnostics: &[Diagnostic],
    language: Language,
    prefix: &str,
    styled: bool,
    source: impl Fn(&str) -> Option<String>,
) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
    let mut texts: BTreeMap<&str, Option<Whole>> = BTreeMap::new();
    let mut report = String::new();
    for diagnostic in diagnostics {
        let name = match (diagnostic.severity, language) {
            (Severity::Error, Language::De) => "Fehler",
            (Severity::Error, Language::En) => "error",
            (Severity::Warning, Language::De) => "Warnung",
            (Severity::Warning, Language::En) => "warning",
            (Severity::Note, Language::De) => "Hinweis",
            (Severity::Note, Language::En) => "note",
        };
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let path = format!("{prefix}{}", diagnostic.file);
        let message = printable(diagnostic.message.in_language(language));
        let title = level.with_name(Some(name)).primary_title(&*message).id(diagnostic.code.as_str());
        let mark = (diagnostic.at.line > 0)
            .then(|| texts.entry(&diagnostic.file).or_insert_with(|| source(&diagnostic.file).map(Whole::of)).as_ref())
            .flatten()
            .and_then(|whole| marked_line(whole, diagnostic));
        let line;
        let group: Group<'_> = match mark {
            Some((text, span)) => {
                line = text;
                let snippet = Snippet::source(&*line).path(&*path).line_start(diagnostic.at.line as usize);
                title.element(snippet.annotation(AnnotationKind::Primary.span(span)))
            }
            None if diagnostic.at.line == 0 => title.element(Origin::path(&*path)),
            None => title.element(
                Origin::path(&*path).line(diagnostic.at.line as usize).char_column(diagnostic.at.column as usize),
            ),
        };
        let hint = diagnostic.hint.as_ref().map(|hint| printable(hint.in_language(language)));
        let help = match language {
            Language::De => "Hilfe",
            Language::En => "help",
        };
        let group = match &hint {
            Some(hint) => group.element(Level::HELP.with_name(Some(help)).message(&**hint)),
            None => group,
        };
        report.push_str(&renderer.render(&[group]));
        report.push_str("\n\n");
    }
    report
}

/// A text whose lines can be asked for again and again.
struct Whole {
    text: String,
    /// First byte of every line.
    starts: Vec<usize>,
}

impl Whole {
    fn of(text: String) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(index, _)| index + 1)).collect();
        Whole { text, starts }
    }

    /// A line, counted from 1; empty where there is none.
    fn line(&self, number: usize) -> &str {
        let start = number.checked_sub(1).and_then(|index| self.starts.get(index));
        let rest = start.and_then(|start| self.text.get(*start..)).unwrap_or_default();
        rest.lines().next().unwrap_or_default()
    }
}

/// The line of a message, shortened around the place, and the bytes to mark in it.
fn marked_line(whole: &Whole, diagnostic: &Diagnostic) -> Option<(String, std::ops::Range<usize>)> {
    /// Most characters given to the renderer before and after the place. It shortens lines to the width of a terminal
    /// itself and keeps the column right; this limit only spares it lines of megabytes.
    const AROUND: usize = 10_000;
    let at = diagnostic.at;
    let line = whole.line(at.line as usize);
    let characters: Vec<char> = line.chars().collect();
    let start = (at.column as usize).saturating_sub(1).min(characters.len());
    let end = start.saturating_add(at.length as usize).min(characters.len());
    let (from, to) = (start.saturating_sub(AROUND), end.saturating_add(AROUND).min(characters.len()));
    let piece = |range: std::ops::Range<usize>| printable(&characters[range].iter().collect::<String>());
    let cut = if from > 0 { "…" } else { "" };
    let before = format!("{cut}{}", piece(from..start));
    let marked = piece(start..end);
    let after = piece(end..to);
    let span = before.len()..before.len() + marked.len();
    Some((format!("{before}{marked}{after}"), span))
}

/// Text in which nothing can steer a terminal or hide: control and direction characters show as their number.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let hidden = matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
            | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}');
        if hidden || (character.is_control() && character != '\t') {
            let _ = write!(shown, "<U+{:04X}>", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn full_message(diagnostic: &Diagnostic, language: Language) -> String {
    let message = diagnostic.message.in_language(language);
    diagnostic
        .hint
        .as_ref()
        .map_or_else(|| message.to_owned(), |hint| format!("{message} – {}", hint.in_language(language)))
}

fn as_json(diagnostic: &Diagnostic, language: Language, prefix: &str) -> Value {
    json!({
        "code": diagnostic.code.as_str(),
        "severity": severity(diagnostic.severity),
        "file": format!("{prefix}{}", diagnostic.file),
        "line": diagnostic.at.line,
        "column": diagnostic.at.column,
        "length": diagnostic.at.length,
        "message": diagnostic.message.in_language(language),
        "hint": diagnostic.hint.as_ref().map(|hint| hint.in_language(language)),
    })
}

/// Format: GitLab „Code Quality report“. The fingerprint leaves the line out, so that a problem stays the same when lines move.
fn as_gitlab(diagnostic: &Diagnostic, language: Language, prefix: &str) -> Value {
    let file = format!("{prefix}{}", diagnostic.file);
    let identity = format!("{}\0{file}\0{}", diagnostic.code.as_str(), diagnostic.message.de);
    json!({
        "description": full_message(diagnostic, language),
        "check_name": diagnostic.code.as_str(),
        "fingerprint": blake3::hash(identity.as_bytes()).to_hex().as_str(),
        "severity": match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        "location": { "path": file, "lines": { "begin": diagnostic.at.line.max(1) } },
    })
}

fn as_github(diagnostic: &Diagnostic, language: Language, prefix: &str) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let file = property(&format!("{prefix}{}", diagnostic.file));
    let (line, column) = (diagnostic.at.line.max(1), diagnostic.at.column.max(1));
    format!(
        "::{level} file={file},line={line},col={column},title={}::{}\n",
        diagnostic.code.as_str(),
        data(&full_message(diagnostic, language))
    )
}

fn sarif(diagnostics: &[Diagnostic], language: Language, prefix: &str) -> String {
    use serde_sarif::sarif::{
        ArtifactLocation, Location, Message, PhysicalLocation, Region, ReportingDescriptor, Result as Finding,
        ResultLevel, Run, Sarif, Tool, ToolComponent,
    };
    let finding = |diagnostic: &Diagnostic| {
        let level = match diagnostic.severity {
            Severity::Error => ResultLevel::Error,
            Severity::Warning => ResultLevel::Warning,
            Severity::Note => ResultLevel::Note,
        };
        let region = Region::builder()
            .start_line(i64::from(diagnostic.at.line.max(1)))
            .start_column(i64::from(diagnostic.at.column.max(1)))
            .end_column(i64::from(diagnostic.at.column.max(1) + diagnostic.at.length.max(1)))
            .build();
        let artifact = ArtifactLocation::builder().uri(format!("{prefix}{}", diagnostic.file)).build();
        let place = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
        Finding::builder()
            .rule_id(diagnostic.code.as_str())
            .level(level)
            .message(Message::builder().text(full_message(diagnostic, language)).build())
            .locations(vec![Location::builder().physical_location(place).build()])
            .build()
    };
    let rules: Vec<ReportingDescriptor> =
        Code::ALL.iter().map(|code| ReportingDescriptor::builder().id(code.as_str()).build()).collect();
    let driver = ToolComponent::builder().name("praxis").version(env!("CARGO_PKG_VERSION")).rules(rules).build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .results(diagnostics.iter().map(finding).collect::<Vec<_>>())
        .build();
    let report = Sarif::builder()
        .version("2.1.0")
        .schema("https://json.schemastore.org/sarif-2.1.0.json")
        .runs(vec![run])
        .build();
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn pretty(values: &Vec<Value>) -> String {
    serde_json::to_string_pretty(values).unwrap_or_default() + "\n"
}
