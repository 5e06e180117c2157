//! The list of criteria: what was checked, how, with what result, and what needs a person.

use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::model::Language;
use crate::pipeline::pages::{self, CRITERIA, How};
use crate::render::Recipe;

/// What was found on the pages, and about each criterion.
pub struct Survey {
    /// Problems of the pages.
    pub found: Vec<Diagnostic>,
    /// Pages that were looked at.
    pages: usize,
    /// Findings of each criterion; none where programs cannot tell.
    counts: Vec<Option<usize>>,
}

impl Survey {
    /// Makes every page and looks at it. `diagnostics` is what is known about the texts.
    pub fn of(recipes: &[Recipe<'_>], diagnostics: &[Diagnostic]) -> Self {
        let pages: Vec<(String, String)> = recipes
            .iter()
            .filter(|recipe| recipe.paths.iter().any(|path| path.ends_with(".html")))
            .filter_map(|recipe| Some((&recipe.paths, recipe.make().ok()?)))
            .flat_map(|(paths, files)| paths.iter().cloned().zip(files).collect::<Vec<_>>())
            .filter(|(path, _)| path.ends_with(".html"))
            .map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned()))
            .collect();
        let found = pages::check(&pages);
        let counts = CRITERIA.iter().enumerate().map(|(index, criterion)| match criterion.how {
            How::Texts(codes) => Some(diagnostics.iter().filter(|each| codes.contains(&each.code)).count()),
            How::Pages(_) | How::Site => Some(found.iter().filter(|(of, _)| *of == index).count()),
            How::Browser | How::People => None,
        });
        let counts = counts.collect();
        Survey { found: found.into_iter().map(|(_, found)| found).collect(), pages: pages.len(), counts }
    }

    /// For people: a line for each criterion.
    pub fn text(&self, language: Language) -> String {
        let number = self.pages;
        let mut lines = vec![match language {
            Language::De => format!("Barrierefreiheit: {number} Seiten, Kriterien der WCAG 2.2"),
            Language::En => format!("accessibility: {number} pages, criteria of WCAG 2.2"),
        }];
        for (criterion, count) in CRITERIA.iter().zip(&self.counts) {
            let result = match (criterion.how, count, language) {
                (How::Browser, _, Language::De) => "im Browser".to_owned(),
                (How::Browser, _, Language::En) => "in a browser".to_owned(),
                (How::People, _, Language::De) => "von Menschen".to_owned(),
                (How::People, _, Language::En) => "by people".to_owned(),
                (_, Some(0) | None, Language::De) => "in Ordnung".to_owned(),
                (_, Some(0) | None, Language::En) => "in order".to_owned(),
                (_, Some(1), Language::De) => "1 Fund".to_owned(),
                (_, Some(1), Language::En) => "1 finding".to_owned(),
                (_, Some(count), Language::De) => format!("{count} Funde"),
                (_, Some(count), Language::En) => format!("{count} findings"),
            };
            lines.push(format!("  {:<15} {result:<13} {}", criterion.wcag, name(criterion.name, language)));
        }
        lines.push(match language {
            Language::De => {
                "„im Browser“ und „von Menschen“: docs/accessibility.md sagt, was für die eingebaute Gestaltung \
                             geprüft ist; eine eigene braucht eine eigene Prüfung"
                    .to_owned()
            }
            Language::En => {
                "\"in a browser\" and \"by people\": docs/accessibility.md says what was tested for the built-in \
                             theme; a theme of your own needs a test of its own"
                    .to_owned()
            }
        });
        lines.join("\n")
    }

    /// For machines: every criterion, and everything that was found.
    pub fn json(&self, findings: Value, language: Language) -> String {
        let criteria: Vec<Value> = CRITERIA
            .iter()
            .zip(&self.counts)
            .map(|(criterion, count)| {
                let (how, result) = match (criterion.how, count) {
                    (How::Texts(_), Some(0)) => ("texts", "passed"),
                    (How::Texts(_), _) => ("texts", "failed"),
                    (How::Pages(_) | How::Site, Some(0)) => ("pages", "passed"),
                    (How::Pages(_) | How::Site, _) => ("pages", "failed"),
                    (How::Browser, _) => ("browser", "untested"),
                    (How::People, _) => ("people", "untested"),
                };
                let wcag: Vec<&str> = criterion.wcag.split(", ").filter(|number| !number.is_empty()).collect();
                let name = name(criterion.name, language);
                json!({ "wcag": wcag, "name": name, "how": how, "result": result, "findings": count })
            })
            .collect();
        let all = json!({ "pages": self.pages, "criteria": criteria, "findings": findings });
        serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
    }
}

fn name(names: [&'static str; 2], language: Language) -> &'static str {
    match language {
        Language::De => names[0],
        Language::En => names[1],
    }
}
