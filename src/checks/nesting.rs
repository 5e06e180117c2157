//! Lists and quotations in each other. Each is set in further, until nothing can be read on a narrow screen; and a text of
//! nothing else would take more memory than a whole handbook.

use super::Text;
use crate::diagnostic::{Code, Diagnostic};
use crate::markdown::DEEPEST;
use crate::site::Site;

pub(super) fn check(_: &Site, text: &Text<'_>) -> Vec<Diagnostic> {
    let too_deep = text.outline.too_deep.map(|at| {
        Diagnostic::new(
            Code::NestedTooDeep,
            text.owner.file(),
            text.at(at),
            text!(
                "mehr als {DEEPEST} Listen oder Zitate liegen ineinander",
                "more than {DEEPEST} lists or quotations lie in each other"
            ),
        )
        .hint(text!(
            "den Text mit Überschriften gliedern, oder weniger weit einrücken",
            "divide the text by headings, or indent less"
        ))
    });
    too_deep.into_iter().collect()
}
