//! German text to words: the one analysis for what is indexed, what is asked and what is highlighted.
//!
//! A word is folded in this order: gender forms to the short form (`Bewerber*innen` → `Bewerber`), capitals to small
//! letters, umlauts and their two-letter spellings to the plain vowel (`ü` = `ue` = `u`), `ß` to `ss`, accents away. What
//! a hyphen joins is a compound: it gives the word as a whole and each of its parts.

use std::borrow::Cow;
use std::ops::Range;

use frostem::{Algorithm, Stemmer};

/// Longest word in bytes; what is longer is cut. The longest word of the German code of law has 63 letters.
pub const LONGEST_WORD: usize = 80;

/// Stands before a word in the index that is only part of a hyphenated one: „Sachsen“ in „Sachsen-Anhalt“.
pub const PART: char = '-';

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The folded word.
    pub word: String,
    /// What it is.
    pub kind: TokenKind,
    /// Its place among the words; a hyphenated word has the place of its first part.
    pub position: usize,
    /// Its place in the text, in bytes.
    pub span: Range<usize>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word between spaces.
    Word,
    /// A hyphenated word, without its hyphens.
    Joined,
    /// One part of a hyphenated word.
    Part,
}

impl Token {
    /// The word as it stands in the index.
    #[cfg(any(feature = "write", test))]
    pub fn term(&self) -> Cow<'_, str> {
        match self.kind {
            TokenKind::Word | TokenKind::Joined => self.word.as_str().into(),
            TokenKind::Part => format!("{PART}{}", self.word).into(),
        }
    }
}

/// Words that carry no meaning of their own, folded and in alphabetical order. See [`is_left_out`].
const FUNCTION_WORDS: [&str; 133] = [
    "ab", "aber", "alle", "allem", "allen", "aller", "alles", "als", "also", "am", "an", "auch", "auf", "aus", "bei",
    "beim", "bin", "bis", "bzw", "da", "dabei", "damit", "dann", "das", "dass", "dem", "den", "denen", "denn", "der",
    "des", "die", "dies", "diese", "dieser", "doch", "dort", "durch", "ein", "eine", "einem", "einen", "einer",
    "eines", "er", "es", "etwas", "fur", "gegen", "gibt", "habe", "haben", "hat", "hatte", "hatten", "hier", "ich",
    "ihnen", "ihr", "ihre", "ihrem", "ihren", "ihrer", "im", "in", "ins", "ist", "kann", "konnen", "man", "mehr",
    "mir", "mit", "muss", "mussen", "nach", "nicht", "noch", "nur", "ob", "oder", "ohne", "per", "schon", "sehr",
    "sei", "sein", "seine", "seit", "sich", "sie", "sind", "so", "soll", "sollen", "sowie", "statt", "uber", "um",
    "und", "uns", "unser", "unsere", "unserem", "unseren", "unter", "vom", "von", "vor", "wann", "war", "waren",
    "warum", "was", "welche", "welcher", "welches", "wenn", "wer", "werden", "wie", "wieso", "wir", "wird", "wo",
    "worden", "wurde", "wurden", "zu", "zum", "zur", "zwar", "zwischen",
];

const LONGEST_FUNCTION_WORD: usize = "zwischen".len();

/// Words between two gender forms of the same word: „Bewerberinnen und Bewerber“.
const CONJUNCTIONS: [&str; 4] = ["und", "oder", "bzw", "sowie"];

/// Verbs that end like „Bewerberinnen“.
const VERBS_IN_INNEN: [&str; 7] =
    ["beginnen", "gewinnen", "besinnen", "entrinnen", "gerinnen", "verrinnen", "erinnern"];

/// Whether a folded word carries no meaning of its own. Asked for every word of every text.
pub fn is_function_word(word: &str) -> bool {
    word.len() <= LONGEST_FUNCTION_WORD && FUNCTION_WORDS.binary_search(&word).is_ok()
}

/// Whether the index passes over the word: half of all words, and nobody asks for them. Their places stay empty, so that
/// „Wege in Arbeit“ is a row of two words with a gap. As parts of hyphenated words they stay: „Vor-Ort-Termin“.
pub fn is_left_out(token: &Token) -> bool {
    token.kind == TokenKind::Word && is_function_word(&token.word)
}

/// Splits a text into words.
pub fn tokens(text: &str) -> Vec<Token> {
    split(text, |_| true)
}

/// Splits a text into words, of which only those are folded that begin like a wanted one; the others are empty.
/// To fold all words of all hits would take longer than to find the hits.
pub fn tokens_like(text: &str, wanted: &Beginnings) -> Vec<Token> {
    split(text, |raw| wanted.may_begin(raw))
}

/// The first two letters of folded words, as a set.
#[derive(Clone, Debug)]
pub struct Beginnings([u32; 32]);

impl Beginnings {
    /// Collects the beginnings of folded words.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Beginnings {
        let mut beginnings = Beginnings([0; 32]);
        // Without them „Bewerberinnen und Bewerber“ would not be one word.
        for word in words.into_iter().chain(CONJUNCTIONS) {
            if let [first, second, ..] = word.as_bytes() {
                beginnings.0[usize::from(first % 32)] |= 1 << (second % 32);
            }
        }
        beginnings
    }

    /// Whether a word, not yet folded, may be one of these: in doubt it may.
    fn may_begin(&self, raw: &str) -> bool {
        let [first, second, ..] = raw.as_bytes() else { return true };
        let (first, second) = (first.to_ascii_lowercase(), second.to_ascii_lowercase());
        // „ae“ becomes one letter.
        let is_plain =
            first.is_ascii() && second.is_ascii() && !(matches!(first, b'a' | b'o' | b'u') && second == b'e');
        !is_plain || self.0[usize::from(first % 32)] & 1 << (second % 32) != 0
    }
}

fn split(text: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<Token> {
    let mut words = words(text, is_wanted);
    merge_gender_pairs(&mut words);
    let mut tokens = Vec::with_capacity(words.len());
    let mut position = 0;
    for word in words {
        if word.more.is_empty() {
            tokens.push(Token { word: word.first.word, kind: TokenKind::Word, position, span: word.span });
            position += 1;
            continue;
        }
        let parts = || std::iter::once(&word.first).chain(&word.more);
        // Begins like its first part: if that is not wanted, the whole is not.
        let is_wanted = !word.first.word.is_empty();
        let whole = parts().filter(|_| is_wanted).map(|part| part.word.as_str()).collect();
        tokens.push(Token { word: cut(whole), kind: TokenKind::Joined, position, span: word.span.clone() });
        for part in std::iter::once(word.first).chain(word.more) {
            tokens.push(Token { word: part.word, kind: TokenKind::Part, position, span: part.span });
            position += 1;
        }
    }
    tokens
}

/// The stem of a folded word: Snowball's rules for German, and three for what these leave apart.
pub fn stem(word: &str) -> String {
    const SHORTEST: usize = 4;
    let mut stem = Stemmer::new(Algorithm::German).stem(word).into_owned();
    let cut = |stem: &mut String, ending: &str, length: usize| {
        let fits = stem.ends_with(ending) && stem.len() >= SHORTEST + length && stem.is_ascii();
        if fits {
            stem.truncate(stem.len() - length);
        }
        fits
    };
    // „qualifiziert“, „Qualifizierung“, „gefördert“, „Förderung“ beside „qualifizieren“, „fördern“.
    if cut(&mut stem, "iert", 3) || cut(&mut stem, "er", 2) {
        return stem;
    }
    // „vermitteln“, „vermittelt“ beside „Vermittlung“.
    cut(&mut stem, "elt", 1);
    if stem.ends_with("el") && stem.len() > SHORTEST {
        stem.truncate(stem.len() - 2);
        stem.push('l');
    }
    stem
}

/// Folds one word that holds neither spaces nor hyphens.
pub fn fold(word: &str) -> String {
    tokens(word).into_iter().next().map(|token| token.word).unwrap_or_default()
}

/// A word with its hyphens.
struct Word {
    first: Part,
    /// What follows its hyphens.
    more: Vec<Part>,
    span: Range<usize>,
    /// Was written in a form for women or for all genders.
    gendered: bool,
}

struct Part {
    word: String,
    span: Range<usize>,
}

fn words(text: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut scanner = Scanner { text, at: 0 };
    while let Some(run) = scanner.run() {
        let last = words.last_mut().filter(|word| is_hyphen(text.get(word.span.end..run.span.start)));
        let is_wanted = is_wanted(&run.raw) || last.as_ref().is_some_and(|word| !word.first.word.is_empty());
        let (word, feminine) = if is_wanted { fold_part(&run.raw) } else { (String::new(), false) };
        let (part, gendered) = (Part { word, span: run.span }, run.gendered || feminine);
        match last {
            Some(word) => {
                word.span.end = part.span.end;
                word.gendered |= gendered;
                word.more.push(part);
            }
            None => words.push(Word { span: part.span.clone(), first: part, more: Vec::new(), gendered }),
        }
    }
    words
}

fn is_hyphen(between: Option<&str>) -> bool {
    matches!(between, Some("-" | "\u{2010}" | "\u{2011}"))
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

/// A run of letters and digits.
struct Run<'t> {
    /// As it stands in the text, without gender marks.
    raw: Cow<'t, str>,
    span: Range<usize>,
    /// Had a gender mark.
    gendered: bool,
}

impl<'t> Scanner<'t> {
    /// The next run of letters and digits, gender marks included.
    fn run(&mut self) -> Option<Run<'t>> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + rest.find(is_letter)?;
        let mut raw = Cow::Borrowed("");
        let mut gendered = false;
        self.at = start;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let run = &rest[..rest.find(|character| !is_letter(character)).unwrap_or(rest.len())];
            raw += run;
            self.at += run.len();
            let Some((ending, tail)) = gender_mark(&rest[run.len()..]).filter(|_| ends_in_letter(&raw)) else { break };
            gendered = true;
            self.at += ending;
            let tail_text = tail.as_str(&raw);
            raw += tail_text;
            if tail == Tail::End {
                break;
            }
        }
        Some(Run { raw, span: start..self.at, gendered })
    }
}

fn ends_in_letter(raw: &str) -> bool {
    raw.chars().next_back().is_some_and(char::is_alphabetic)
}

fn is_letter(character: char) -> bool {
    character.is_alphanumeric() || is_combining(character) || character == '\u{ad}'
}

fn is_combining(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

/// What follows a gender ending.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// The word ends here.
    End,
    /// The word goes on: „Kund*innenkontakt“.
    More,
}

impl Tail {
    /// What joins the short form to the rest of a compound: „Kund-en-kontakt“, „Bewerber-tag“.
    fn as_str(self, base: &str) -> &'static str {
        match self {
            Tail::End => "",
            Tail::More if base.ends_with("er") => "",
            Tail::More => "en",
        }
    }
}

/// Length in bytes of a gender mark with its ending at the start of a text: `*innen`, `:in`, `_r`, `/-innen`, `(innen)`.
fn gender_mark(text: &str) -> Option<(usize, Tail)> {
    const MARKS: [&str; 9] = ["*", ":", "_", "·", "•", "/-", "/", "(", "\u{2217}"];
    const ENDINGS: [&str; 8] = ["in", "innen", "r", "n", "e", "m", "en", "er"];
    // Most words end with these.
    if text.starts_with([' ', ',', '.', '\n']) {
        return None;
    }
    let mark = MARKS.into_iter().find(|mark| text.starts_with(mark))?;
    let rest = &text[mark.len()..];
    let run = &rest[..rest.find(|character| !is_letter(character)).unwrap_or(rest.len())];
    let closing = if mark == "(" { 1 } else { 0 };
    if mark == "(" && !rest[run.len()..].starts_with(')') {
        return None;
    }
    if ENDINGS.contains(&run) {
        return Some((mark.len() + run.len() + closing, Tail::End));
    }
    (run.starts_with("innen") && mark != "(").then_some((mark.len() + "innen".len(), Tail::More))
}

/// Folds a run of letters; tells whether it was a form for women or for all genders.
fn fold_part(raw: &str) -> (String, bool) {
    let (short, inner) = without_inner_capital(raw);
    let folded = fold_letters(&short);
    match masculine(&folded) {
        Some(base) => (cut(base), true),
        None => (cut(folded), inner),
    }
}

/// „BewerberInnen“ → „Bewerber“, „KundIn“ → „Kund“, „BewerberInnentag“ → „Bewerbertag“.
fn without_inner_capital(raw: &str) -> (Cow<'_, str>, bool) {
    if !raw.bytes().skip(1).any(|byte| byte == b'I') {
        return (raw.into(), false);
    }
    let at = raw.find("Innen").or_else(|| raw.ends_with("In").then(|| raw.len() - 2));
    let Some(at) = at.filter(|at| raw[..*at].chars().next_back().is_some_and(char::is_lowercase)) else {
        return (raw.into(), false);
    };
    let rest = raw[at..].strip_prefix("Innen").unwrap_or_default();
    let tail = if rest.is_empty() { Tail::End } else { Tail::More };
    (format!("{}{}{rest}", &raw[..at], tail.as_str(&raw[..at])).into(), true)
}

/// „bewerberinnen“ → „bewerber“, „expertin“ → „expert“; none for words that only sound like it.
fn masculine(folded: &str) -> Option<String> {
    const SHORTEST_BASE: usize = 4;
    if let Some(base) = folded.strip_suffix("innen") {
        let is_verb = VERBS_IN_INNEN.iter().any(|verb| folded.ends_with(verb));
        return (base.len() >= SHORTEST_BASE && !is_verb).then(|| base.to_owned());
    }
    let base = folded.strip_suffix("in")?;
    let is_person =
        ["er", "ent", "ant", "ist", "ekt", "eur", "tor", "log", "lleg"].iter().any(|end| base.ends_with(end));
    (base.len() > SHORTEST_BASE && is_person).then(|| base.to_owned())
}

/// Small letters, umlauts as vowels, no accents.
fn fold_letters(raw: &str) -> String {
    let mut folded = String::with_capacity(raw.len());
    for letter in raw.chars() {
        match letter.to_ascii_lowercase() {
            'e' if ends_in_vowel_of_umlaut(folded.as_bytes()) => {}
            ascii @ '\0'..='\x7f' => folded.push(ascii),
            _ => letter.to_lowercase().for_each(|letter| match plain(letter) {
                Some(plain) => folded.push_str(plain),
                None => folded.push(letter),
            }),
        }
    }
    folded
}

/// Whether an „e“ only marks the vowel before it: „ae“, „oe“ and „ue“ stand for umlauts, but not in „neue“, „Frauen“ or
/// „Quelle“.
fn ends_in_vowel_of_umlaut(folded: &[u8]) -> bool {
    match folded {
        [.., b'a' | b'o'] => true,
        [.., before, b'u'] => !b"aeiouq".contains(before),
        [b'u'] => true,
        _ => false,
    }
}

/// Letters with marks as plain ones; empty for marks that stand alone.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'a'..='z' | '0'..='9' => return None,
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "a",
        'ç' | 'ć' | 'č' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ľ' | 'ļ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' | 'œ' => "o",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ž' | 'ż' => "z",
        '\u{ad}' => "",
        mark if is_combining(mark) => "",
        _ => return None,
    })
}

fn cut(mut word: String) -> String {
    word.truncate(word.floor_char_boundary(LONGEST_WORD));
    word
}

/// „Bewerberinnen und Bewerber“, „Bewerber/Bewerberinnen“ → one word over the whole stretch.
fn merge_gender_pairs(words: &mut Vec<Word>) {
    let mut kept: Vec<Word> = Vec::with_capacity(words.len());
    for word in words.drain(..) {
        let between = kept.last().is_some_and(|last| CONJUNCTIONS.contains(&last.first.word.as_str()));
        let first = kept.len().checked_sub(if between { 2 } else { 1 }).and_then(|index| kept.get_mut(index));
        match first.filter(|first| is_gender_pair(first, &word)) {
            Some(first) => {
                first.span.end = word.span.end;
                if between {
                    kept.pop();
                }
            }
            None => kept.push(word),
        }
    }
    *words = kept;
}

fn is_gender_pair(first: &Word, second: &Word) -> bool {
    let (one, other) = (&first.first, &second.first);
    first.gendered != second.gendered
        && !one.word.is_empty()
        && first.more.is_empty()
        && second.more.is_empty()
        && one.word.get(..3) == other.word.get(..3)
        && stem(&one.word) == stem(&other.word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_words(text: &str, expected: &[&str]) {
        let found: Vec<String> = tokens(text).iter().map(|token| token.term().into_owned()).collect();
        assert_eq!(found, expected, "{text}");
    }

    fn check_same_stem(words: &[&str]) {
        let stems: Vec<String> = words.iter().map(|word| stem(&fold(word))).collect();
        assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{words:?} → {stems:?}");
    }

    #[test]
    fn umlauts_have_one_spelling() {
        for word in ["München", "Muenchen", "Munchen", "MÜNCHEN", "Mu\u{308}nchen"] {
            check_words(word, &["munchen"]);
        }
        check_words("Großwäscherei Grosswaescherei", &["grosswascherei", "grosswascherei"]);
        check_words("neue Frauen, Quelle, Steuer", &["neue", "frauen", "quelle", "steuer"]);
        check_words("Führungskräfte fuehrungskraefte", &["fuhrungskrafte", "fuhrungskrafte"]);
        check_words("Łódź, São Tomé", &["lodz", "sao", "tome"]);
    }

    #[test]
    fn gender_forms_are_one_word() {
        let forms = [
            "Bewerber*innen",
            "Bewerber:innen",
            "Bewerber_innen",
            "BewerberInnen",
            "Bewerber/innen",
            "Bewerber/-innen",
            "Bewerber(innen)",
            "Bewerberinnen",
            "Bewerberinnen und Bewerber",
            "Bewerber und Bewerberinnen",
            "Bewerberin",
            "Bewerber*in",
            "Bewerber·innen",
            "Bewerberinnen bzw. Bewerber",
            "Bewerberinnen/Bewerber",
        ];
        for form in forms {
            check_words(form, &["bewerber"]);
        }
        check_words("Kund*innen, Expertinnen", &["kund", "expert"]);
        check_words("Ein*e Kund*in, jede:r", &["ein", "kund", "jede"]);
        check_words("Bewerber*innentage Kund*innenkontakt", &["bewerbertage", "kundenkontakt"]);
        check_words("beginnen, gewinnen, Termin, Berlin", &["beginnen", "gewinnen", "termin", "berlin"]);
        check_words("Bewerber und Betriebe", &["bewerber", "und", "betriebe"]);
    }

    #[test]
    fn hyphenated_words_are_compounds() {
        check_words("Job-Speed-Dating", &["jobspeeddating", "-job", "-speed", "-dating"]);
        check_words("AG-S", &["ags", "-ag", "-s"]);
        check_words("Sprach- und Fachkurse", &["sprach", "und", "fachkurse"]);
        let tokens = tokens("im Job-Turbo heute");
        let positions: Vec<usize> = tokens.iter().map(|token| token.position).collect();
        assert_eq!(positions, [0, 1, 1, 2, 3]);
    }

    #[test]
    fn folds_only_what_may_be_wanted() {
        let text = "Bewerberinnen und Bewerber im Job-Turbo, Aerzte, Ärzte und ein Turbo-Netzwerk";
        let like = |words: &[&str]| -> Vec<String> {
            let found = tokens_like(text, &Beginnings::of(words.iter().copied()));
            found.into_iter().filter(|token| !token.word.is_empty()).map(|token| token.word).collect()
        };
        assert_eq!(like(&["bewerber"]), ["bewerber", "arzte", "arzte", "und"].map(str::to_owned));
        let turbo = like(&["turbo", "jobturbo"]);
        for word in ["jobturbo", "job", "turbo", "turbonetzwerk", "netzwerk"] {
            assert!(turbo.iter().any(|found| found == word), "{word}: {turbo:?}");
        }
        let only_turbo = like(&["turbo"]);
        assert!(!only_turbo.iter().any(|found| found.starts_with("job")), "{only_turbo:?}");
    }

    #[test]
    fn function_words_are_in_order() {
        assert!(FUNCTION_WORDS.is_sorted());
        assert!(is_function_word("ab") && is_function_word("zwischen") && !is_function_word("arbeit"));
    }

    #[test]
    fn nothing_but_words() {
        check_words("", &[]);
        check_words("… !? *** 🙂 ::: ((", &[]);
        check_words("§ 16e SGB II, 1.000 Euro", &["16e", "sgb", "ii", "1", "000", "euro"]);
        check_words(&"a".repeat(500), &[&"a".repeat(LONGEST_WORD)]);
    }

    #[test]
    fn stems_join_inflected_forms() {
        check_same_stem(&["qualifizieren", "Qualifizierung", "qualifizierte"]);
        check_same_stem(&["Verein", "Vereine", "Vereinen", "Vereins"]);
        check_same_stem(&["Führungskraft", "Führungskräfte", "Fuehrungskraeften"]);
        check_same_stem(&["fördern", "Förderung"]);
        check_same_stem(&["vermitteln", "vermittelt", "Vermittlung"]);
        check_same_stem(&["Bewerber", "Bewerbung"]);
        check_same_stem(&["Kund*innen", "Kunden"]);
        check_same_stem(&["vierteljährlich", "vierteljährliche"]);
    }
}
