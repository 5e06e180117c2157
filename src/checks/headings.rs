//! Levels of headings. Screen readers jump from heading to heading; a level that is skipped sounds like a missing part.
//! The title of the page is level 1, so texts start with level 2.

use super::Text;
use crate::diagnostic::{Code, Diagnostic};
use crate::site::Site;

pub(super) fn check(_: &Site, text: &Text<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut above = 1;
    for heading in &text.outline.headings {
        let (level, name) = (heading.level, heading.text.trim());
        let mut push = |message, hint| {
            let at = text.at(heading.at);
            found.push(Diagnostic::new(Code::HeadingLevel, text.owner.file(), at, message).hint(hint));
        };
        if level == 1 {
            push(
                text!(
                    "„{name}“ steht auf der Ebene des Seitentitels",
                    "\"{name}\" is on the level of the title of the page"
                ),
                text!("zwei Rauten schreiben: ## {name}", "write two number signs: ## {name}"),
            );
        } else if level > above + 1 {
            let signs = "#".repeat(usize::from(above) + 1);
            push(
                text!("„{name}“ überspringt eine Ebene", "\"{name}\" skips a level"),
                text!("eine Ebene höher setzen: {signs} {name}", "put it on a higher level: {signs} {name}"),
            );
        }
        above = level;
    }
    found
}
