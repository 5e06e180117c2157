//! Paths that others have written down: in a zip, in a list of checksums, in a pushed commit.

/// Whether a path leads downwards and nowhere else, on every system: parts between `/`, each a name.
pub fn leads_downwards(path: &str) -> bool {
    path.split('/').all(|part| {
        let is_name = !matches!(part, "" | "." | "..");
        is_name && !part.contains(['\\', ':']) && !part.chars().any(char::is_control)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_could_lead_elsewhere_is_known() {
        for path in ["index.html", "praxis/netzwerk-halle.html", "a/..b/c..", ".praxis-files", "Größe 1/x"] {
            assert!(leads_downwards(path), "{path}");
        }
        for path in ["", "/etc/passwd", "a//b", "a/", ".", "a/../b", "..", "a\\b", "c:x", "a\0b", "a\nb", "a\u{1b}[31m"]
        {
            assert!(!leads_downwards(path), "{path:?}");
        }
    }
}
