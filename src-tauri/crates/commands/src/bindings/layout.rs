//! Lays a one-line TypeScript declaration out with a field a line, so that a changed field is a
//! changed line in the committed file.

/// Breaks the objects of a declaration into lines and keeps its comments where they are.
///
/// A field that may be `null` or anything may be left out as well: so the wire reads requests.
pub(super) fn one_field_a_line(declaration: &str) -> String {
    let mut lines = Lines::default();
    for line in declaration.lines() {
        match line.trim() {
            "" => lines.end(),
            comment if comment.starts_with("/*") || comment.starts_with('*') => {
                lines.comment(comment);
            }
            code => lines.code(code),
        }
    }
    lines.end();
    lines.text.trim_end().to_owned()
}

#[derive(Default)]
struct Lines {
    text: String,
    line: String,
    depth: usize,
    /// Open `<` and `[` inside of which a comma separates no fields.
    nested: usize,
    quoted: bool,
}

impl Lines {
    fn comment(&mut self, comment: &str) {
        self.end();
        let gap = if comment.starts_with('*') { " " } else { "" };
        self.line = format!("{gap}{comment}");
        self.end();
    }

    fn code(&mut self, code: &str) {
        for letter in code.chars() {
            self.letter(letter);
        }
    }

    fn letter(&mut self, letter: char) {
        match letter {
            '"' => self.quoted = !self.quoted,
            _ if self.quoted => {}
            '<' | '[' | '(' => self.nested += 1,
            '>' | ']' | ')' => self.nested = self.nested.saturating_sub(1),
            '}' => {
                self.end();
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
        self.line.push(letter);
        if self.quoted || self.nested > 0 {
            return;
        }
        match letter {
            '{' => {
                self.end();
                self.depth += 1;
            }
            ',' if self.depth > 0 => self.end(),
            _ => {}
        }
    }

    fn end(&mut self) {
        let line = std::mem::take(&mut self.line);
        // A comment's later lines start with the space that aligns their stars.
        let line = if line.starts_with(" *") {
            line.as_str()
        } else {
            line.trim()
        };
        if !line.is_empty() {
            let indent = "  ".repeat(self.depth);
            self.text
                .push_str(&format!("{indent}{}\n", optional_where_nullable(line)));
        }
    }
}

/// Turns `name: T | null,` into `name?: T | null,`, and `unknown` likewise.
fn optional_where_nullable(line: &str) -> String {
    match line.split_once(": ") {
        Some((name, rest))
            if (rest.ends_with("| null,") || rest == "unknown,")
                && name.chars().all(char::is_alphanumeric) =>
        {
            format!("{name}?: {rest}")
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(declaration: &str, expect: &str) {
        assert_eq!(one_field_a_line(declaration), expect);
    }

    #[test]
    fn each_field_gets_a_line() {
        check(
            "type A = { one: number, two?: Array<string> | null, };",
            "type A = {\n  one: number,\n  two?: Array<string> | null,\n};",
        );
    }

    #[test]
    fn comments_stay_above_their_field() {
        check(
            "type A = { \n/**\n * Counts, in { braces }.\n */\none: number, two: string, };",
            "type A = {\n  /**\n   * Counts, in { braces }.\n   */\n  one: number,\n  two: string,\n};",
        );
    }

    #[test]
    fn a_nullable_or_unknown_field_may_be_left_out() {
        check(
            "type A = { one: unknown, };",
            "type A = {\n  one?: unknown,\n};",
        );
        check(
            "type A = { one: number | null, };",
            "type A = {\n  one?: number | null,\n};",
        );
    }

    #[test]
    fn words_and_commas_inside_types_stay_on_their_line() {
        check(
            "type A = \"one\" | \"two, {three}\";",
            "type A = \"one\" | \"two, {three}\";",
        );
        check(
            "type A = { map: [number, string], };",
            "type A = {\n  map: [number, string],\n};",
        );
    }
}
