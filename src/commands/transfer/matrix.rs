//! `praxis transfer matrix`: how many items of which kind every case has in every dimension.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::sound;
use crate::cli::MatrixArgs;
use crate::commands::{Outcome, deliver};
use crate::model::{Case, Checklist, Dimension, ItemKind, Language};
use crate::render::spreadsheet;
use crate::render::words::{KINDS, Words, kind_id};
use crate::site::Site;

/// Prints the matrix.
pub fn run(args: &MatrixArgs) -> Result<Outcome> {
    let (prepared, language) = sound(&args.handbook)?;
    let Some((site, theme)) =
        prepared.as_ref().and_then(|prepared| Some((prepared.site.as_ref()?, prepared.theme.as_ref()?)))
    else {
        return Ok(Outcome::Problems);
    };
    let matrix = Matrix { site, words: Words(&theme.labels), language };
    deliver(&match (args.json, args.csv) {
        (true, _) => format!("{:#}\n", matrix.json()),
        (_, true) => matrix.csv(),
        _ => matrix.text(),
    });
    Ok(Outcome::Clean)
}

struct Matrix<'a> {
    site: &'a Site,
    words: Words<'a>,
    language: Language,
}

/// Number of items of a case in a dimension, of one kind or of all.
fn count(case: &Case, dimension: &Dimension, kind: Option<ItemKind>) -> usize {
    let items = case.data.checklist.items().iter();
    items.filter(|item| item.dimension.value == dimension.id.value && kind.is_none_or(|kind| item.kind == kind)).count()
}

fn is_recorded(case: &Case) -> bool {
    match case.data.checklist {
        Checklist::Items(_) => true,
        Checklist::NotRecorded => false,
    }
}

impl Matrix<'_> {
    fn dimensions(&self) -> &[Dimension] {
        &self.site.vocabularies.dimensions.entries
    }

    /// `2` or, in place of `0`, a dot that the eye passes over.
    fn cell(count: usize) -> String {
        if count == 0 { "·".to_owned() } else { count.to_string() }
    }

    /// Cases and dimensions, kinds and dimensions, and what the letters mean.
    fn text(&self) -> String {
        let letters = self.dimensions().iter().map(|dimension| dimension.letter.clone());
        let sum = text!("Summe", "sum").in_language(self.language).to_owned();
        let header = |name: String| [name].into_iter().chain(letters.clone()).chain([sum.clone()]).collect();
        let row = |name: String, counts: Vec<usize>| -> Vec<String> {
            let total = counts.iter().sum();
            [name].into_iter().chain(counts.into_iter().chain([total]).map(Self::cell)).collect()
        };
        let by_case = |case: &Case| match is_recorded(case) {
            true => row(
                case.data.short_title.value.clone(),
                self.dimensions().iter().map(|dimension| count(case, dimension, None)).collect(),
            ),
            false => vec![case.data.short_title.value.clone(), self.words.items(None)],
        };
        let of_kind = |kind: Option<ItemKind>| {
            let all = |dimension| self.site.cases().map(|case| count(case, dimension, kind)).sum();
            self.dimensions().iter().map(all).collect()
        };
        let cases: Vec<Vec<String>> = [header(text!("Beispiel", "case").in_language(self.language).to_owned())]
            .into_iter()
            .chain(self.site.cases().map(by_case))
            .chain([row(sum.clone(), of_kind(None))])
            .collect();
        let kinds: Vec<Vec<String>> = [header(text!("Art", "kind").in_language(self.language).to_owned())]
            .into_iter()
            .chain(KINDS.iter().map(|kind| row(self.words.kind(*kind), of_kind(Some(*kind)))))
            .collect();
        let legend: String = self.dimensions().iter().map(|each| format!("{}  {}\n", each.letter, each.name)).collect();
        format!("{}\n{}\n{legend}", aligned(&cases), aligned(&kinds))
    }

    /// A row for every case and dimension, a column for every kind, as a German spreadsheet reads it.
    fn csv(&self) -> String {
        let mut writer = spreadsheet();
        let names = ["Kennung", "Beispiel", "Dimension"].map(str::to_owned);
        let kinds = KINDS.iter().map(|kind| self.words.kind(*kind));
        // Writing to memory cannot fail.
        let _ = writer.write_record(names.into_iter().chain(kinds));
        for case in self.site.cases() {
            for dimension in self.dimensions() {
                let names = [case.slug.to_string(), case.data.short_title.value.clone(), dimension.name.clone()];
                let counts = KINDS.iter().map(|kind| match is_recorded(case) {
                    true => count(case, dimension, Some(*kind)).to_string(),
                    false => String::new(),
                });
                let _ = writer.write_record(names.into_iter().chain(counts));
            }
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    fn json(&self) -> Value {
        let kinds = |case: &Case, dimension: &Dimension| -> Map<String, Value> {
            KINDS.iter().map(|kind| (kind_id(*kind).to_owned(), count(case, dimension, Some(*kind)).into())).collect()
        };
        let dimensions = |case: &Case| -> Map<String, Value> {
            self.dimensions().iter().map(|each| (each.id.value.clone(), kinds(case, each).into())).collect()
        };
        let case = |case: &Case| {
            json!({
                "slug": case.slug.as_str(),
                "short_title": case.data.short_title.value,
                "total": is_recorded(case).then(|| case.data.checklist.items().len()),
                "items": is_recorded(case).then(|| dimensions(case)),
            })
        };
        let dimension = |each: &Dimension| json!({ "id": each.id.value, "letter": each.letter, "name": each.name });
        json!({
            "handbook": { "key": self.site.key(), "edition": self.site.handbook.edition.to_string() },
            "dimensions": self.dimensions().iter().map(dimension).collect::<Vec<_>>(),
            "kinds": KINDS.map(kind_id),
            "cases": self.site.cases().map(case).collect::<Vec<_>>(),
        })
    }
}

/// Lines with columns of equal width: names to the left, numbers to the right. A row that is shorter ends in words.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter(|row| row.len() > 2).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let first = rows.iter().map(|row| row.first().map_or(0, |name| name.chars().count())).max().unwrap_or(0);
    let line = |row: &Vec<String>| {
        let cell = |(column, text): (usize, &String)| match column {
            0 => format!("{text:first$}"),
            _ if row.len() == 2 => format!("  {text}"),
            _ => format!("  {text:>width$}", width = width(column)),
        };
        let line: String = row.iter().enumerate().map(cell).collect();
        format!("{}\n", line.trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligns_by_characters() {
        let rows = [vec!["Beispiele", "A", "Summe"], vec!["x", "10", "·"], vec!["Köln am Rhein", "noch nicht erhoben"]];
        let rows = rows.map(|row| row.into_iter().map(str::to_owned).collect());
        let expected = "Beispiele       A  Summe\nx              10      ·\nKöln am Rhein  noch nicht erhoben\n";
        assert_eq!(aligned(&rows), expected);
    }
}
