//! Messages for authors: what is wrong, where, and what to do. Nothing here prints; see `report`.

use serde::{Deserialize, Serialize};

use crate::model::{Language, Position};

/// How bad it is. Errors stop the site from being written; warnings and notes do not, unless `--strict` is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// The site is not written.
    Error,
    /// Something needs a look soon.
    Warning,
    /// Something could be better.
    Note,
}

/// A sentence in both languages of the program: lower case, no full stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The sentence in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::De => &self.de,
            Language::En => &self.en,
        }
    }
}

/// Builds a [`Text`] from two format strings that may name variables.
#[macro_export]
macro_rules! text {
    ($de:literal, $en:literal $(,)?) => {
        $crate::diagnostic::Text { de: format!($de), en: format!($en) }
    };
}

/// Declares the codes with their severity, so that one table is the only list of them.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident;)*) => {
        /// What kind of problem it is. Every code is explained in `docs/redaktion.md` and shown by a handbook in
        /// `tests/sites/invalid/`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// Name as printed, in kebab case.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// The folder holds no handbook.
    HandbookMissing = "handbook-missing", Error;
    /// A file cannot be read.
    UnreadableFile = "unreadable-file", Error;
    /// A file is not UTF-8.
    NotUtf8 = "not-utf8", Error;
    /// A file is too large to be a text or an image of a handbook.
    FileTooLarge = "file-too-large", Error;
    /// A symbolic link leaves the content folder or points nowhere.
    SymlinkOutside = "symlink-outside", Error;
    /// A device, pipe or socket lies among the files.
    SpecialFile = "special-file", Error;
    /// A file lies where the handbook does not look for one.
    UnexpectedFile = "unexpected-file", Warning;
    /// A name cannot become part of a URL.
    InvalidName = "invalid-name", Error;
    /// An invisible or text-direction character hides in a text.
    InvisibleCharacter = "invisible-character", Error;
    /// A typical reading error of a scan.
    ReadingError = "reading-error", Error;
    /// An e-mail address that is not a functional mailbox.
    PersonalEmail = "personal-email", Error;
    /// A telephone number.
    PhoneNumber = "phone-number", Error;
    /// The YAML cannot be read at all.
    YamlSyntax = "yaml-syntax", Error;
    /// The same key twice.
    DuplicateKey = "duplicate-key", Error;
    /// A key nobody knows.
    UnknownKey = "unknown-key", Error;
    /// A key is missing.
    MissingKey = "missing-key", Error;
    /// Text where a list belongs, and the like.
    WrongType = "wrong-type", Error;
    /// A word that is not among the choices.
    UnknownValue = "unknown-value", Error;
    /// A value of the right type that does not fit its notation.
    InvalidValue = "invalid-value", Error;
    /// A date that the calendar lacks, or in another notation.
    InvalidDate = "invalid-date", Error;
    /// The front matter of a Markdown file is missing.
    FrontMatterMissing = "front-matter-missing", Error;
    /// `case.yaml` or `case.md` is missing.
    CaseIncomplete = "case-incomplete", Error;
    /// A vocabulary file is missing.
    VocabularyMissing = "vocabulary-missing", Error;
    /// A text is shorter or longer than it may be.
    TextLength = "text-length", Error;
    /// A required section is missing or empty.
    MissingSection = "missing-section", Error;
    /// Dates in the wrong order.
    DateOrder = "date-order", Error;
    /// A figure without the date it was true.
    FigureWithoutDate = "figure-without-date", Error;
    /// A figure without its source.
    FigureWithoutSource = "figure-without-source", Error;
    /// A page without the work it belongs to.
    PageWithoutWork = "page-without-work", Error;
    /// A work that the list of literature lacks.
    UnknownWork = "unknown-work", Error;
    /// An id that the vocabulary lacks.
    UnknownReference = "unknown-reference", Error;
    /// The same id twice.
    DuplicateId = "duplicate-id", Error;
    /// The same page name twice: slug or alias.
    DuplicateSlug = "duplicate-slug", Error;
    /// Names that differ only in case or Unicode form.
    SimilarNames = "similar-names", Error;
    /// A key of a place that no region has.
    UnknownPlace = "unknown-place", Error;
    /// Keys of place and institution that do not fit together.
    PlaceMismatch = "place-mismatch", Error;
    /// A deadline without its date, or a date that is no deadline.
    DeadlineDate = "deadline-date", Error;
    /// HTML in Markdown.
    RawHtml = "raw-html", Error;
    /// A link to something that is not there.
    BrokenLink = "broken-link", Error;
    /// A link to a heading that is not there.
    BrokenAnchor = "broken-anchor", Error;
    /// A link that is neither internal nor https nor mailto.
    LinkScheme = "link-scheme", Error;
    /// A link whose text does not say where it leads.
    LinkText = "link-text", Warning;
    /// A passage in another language that is not marked.
    LanguageUnmarked = "language-unmarked", Warning;
    /// Headings that skip a level.
    HeadingLevel = "heading-level", Error;
    /// Too many lists or quotations in each other.
    NestedTooDeep = "nested-too-deep", Error;
    /// An image that is not in the folder.
    ImageMissing = "image-missing", Error;
    /// An image without a text alternative.
    ImageWithoutText = "image-without-text", Error;
    /// An image that makes the page slow.
    ImageTooLarge = "image-too-large", Error;
    /// A file named like an image that is none, or that holds a script.
    ImageUnsafe = "image-unsafe", Error;
    /// An abbreviation that the glossary lacks.
    UnexplainedAbbreviation = "unexplained-abbreviation", Note;
    /// A place for the operator's words was not filled in.
    Placeholder = "placeholder", Note;
    /// A word twice in a group of synonyms.
    DuplicateSynonym = "duplicate-synonym", Warning;
    /// A word in two groups of synonyms.
    SynonymInTwoGroups = "synonym-in-two-groups", Warning;
    /// A synonym that is also among the words that are never split.
    SynonymException = "synonym-exception", Note;
    /// A group of synonyms that only repeats the glossary.
    SynonymInGlossary = "synonym-in-glossary", Note;
    /// The next review is over due.
    ReviewOverdue = "review-overdue", Warning;
    /// The accessibility statement does not say what it rests on.
    StatementMissing = "statement-missing", Note;
    /// The accessibility statement rests on an old test.
    StatementOverdue = "statement-overdue", Warning;
    /// A deadline has passed.
    DeadlinePassed = "deadline-passed", Warning;
    /// A page that some readers cannot use.
    InaccessiblePage = "inaccessible-page", Error;
    /// A template cannot be used.
    TemplateError = "template-error", Error;
    /// The theme is not there.
    ThemeMissing = "theme-missing", Error;
    /// The theme lacks a word.
    LabelMissing = "label-missing", Error;
    /// The search index cannot be built.
    SearchIndexFailed = "search-index-failed", Error;
    /// Git has a history but does not give it.
    HistoryUnavailable = "history-unavailable", Note;
    /// The offline edition cannot be packed.
    OfflineEditionFailed = "offline-edition-failed", Error;
    /// The schema files do not fit this version or this vocabulary.
    SchemaStale = "schema-stale", Note;
}

/// One message for an author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// What kind of problem it is.
    pub code: Code,
    /// How bad it is; by default that of the code.
    pub severity: Severity,
    /// Path below the handbook, with `/`.
    pub file: String,
    /// Place in the file; line 0 where the whole file is meant.
    pub at: Position,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub hint: Option<Text>,
}

impl Diagnostic {
    /// A message about a place in a file.
    pub fn new(code: Code, file: &str, at: Position, message: Text) -> Self {
        Diagnostic { code, severity: code.severity(), file: file.to_owned(), at, message, hint: None }
    }

    /// A message about a file as a whole.
    pub fn about_file(code: Code, file: &str, message: Text) -> Self {
        Diagnostic::new(code, file, Position::default(), message)
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Adds what to do, if anything is known.
    #[must_use]
    pub fn maybe_hint(mut self, hint: Option<Text>) -> Self {
        self.hint = hint;
        self
    }
}

/// A result together with what was noticed on the way.
#[derive(Clone, Debug)]
pub struct Reported<T> {
    /// The result.
    pub value: T,
    /// What was noticed.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Reported<T> {
    /// Takes the result and moves the messages to the others.
    pub fn note(self, diagnostics: &mut Vec<Diagnostic>) -> T {
        diagnostics.extend(self.diagnostics);
        self.value
    }
}

/// Errors first by file and place, so that reports are the same in every run.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|left, right| {
        let key = |diagnostic: &Diagnostic| {
            (diagnostic.file.clone(), diagnostic.at, diagnostic.code, diagnostic.message.de.clone())
        };
        key(left).cmp(&key(right))
    });
    diagnostics.dedup();
}

/// The known name nearest to what was written, if one is near enough to be meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let length = written.chars().count();
    let most = |name: &str| (name.chars().count().min(length) / 3).max(1);
    known
        .into_iter()
        // Far longer or shorter is never near, and to compare a text of megabytes would take minutes.
        .filter(|name| name.chars().count().abs_diff(length) <= most(name))
        .map(|name| (strsim::osa_distance(&written, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= most(name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// „Meinten Sie …?“, or the list of what is known where it is short enough to read.
pub fn suggest<'a>(written: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<Text> {
    const LONGEST_LIST: usize = 12;
    if let Some(name) = nearest(written, known.clone()) {
        return Some(text!("meinten Sie „{name}“?", "did you mean \"{name}\"?"));
    }
    let known: Vec<&str> = known.into_iter().collect();
    (!known.is_empty() && known.len() <= LONGEST_LIST).then(|| {
        let list = known.join(", ");
        text!("möglich sind: {list}", "possible are: {list}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_nearest(written: &str, expected: Option<&str>) {
        assert_eq!(nearest(written, ["netzwerke", "gefluechtete-frauen", "ge"]), expected, "{written}");
    }

    #[test]
    fn suggests_only_what_is_near() {
        check_nearest("netzwerk", Some("netzwerke"));
        check_nearest("Netzwerke", Some("netzwerke"));
        check_nearest("geflüchtete-frauen", Some("gefluechtete-frauen"));
        check_nearest("gE", Some("ge"));
        check_nearest("sprache", None);
    }

    #[test]
    fn codes_are_unique() {
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
