//! The one place that prints: answers to stdout, all else to stderr.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use serde::Serialize;

use crate::failure::Failure;
use crate::plain;

/// Where answers and remarks go, and in which form.
pub(crate) struct Output {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    json: bool,
    out_is_terminal: bool,
    err_is_terminal: bool,
}

impl Output {
    /// The program's own stdout and stderr.
    pub(crate) fn standard(json: bool) -> Self {
        Self {
            out: Box::new(BufWriter::new(io::stdout())),
            err: Box::new(io::stderr()),
            json,
            out_is_terminal: io::stdout().is_terminal(),
            err_is_terminal: io::stderr().is_terminal(),
        }
    }

    /// Whether a program reads the answers.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether someone watches stderr.
    pub(crate) fn is_watched(&self) -> bool {
        self.err_is_terminal
    }

    /// Asks somebody at the terminal a question; none where nobody is there to answer.
    ///
    /// # Errors
    /// [`Failure::Io`].
    pub(crate) fn ask(&mut self, question: &str) -> Result<Option<bool>, Failure> {
        if self.json || !self.err_is_terminal || !io::stdin().is_terminal() {
            return Ok(None);
        }
        self.flush()?;
        write!(self.err, "{} [y/N] ", plain::escaped(question))?;
        self.err.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        let answer = answer.trim().to_lowercase();
        Ok(Some(matches!(answer.as_str(), "y" | "yes")))
    }

    /// Prints an answer: as JSON, or as `people` prints it.
    ///
    /// # Errors
    /// [`Failure::Io`].
    pub(crate) fn answer<T: Serialize>(
        &mut self,
        answer: &T,
        people: impl FnOnce(&mut Self, &T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.json {
            self.json_line(answer)
        } else {
            people(self, answer)
        }
    }

    /// Prints a line of JSON, and hands it on at once.
    ///
    /// # Errors
    /// [`Failure::Io`].
    pub(crate) fn json_line<T: Serialize>(&mut self, answer: &T) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.out, answer).map_err(io::Error::from)?;
        self.out.write_all(b"\n")?;
        self.flush()
    }

    /// Prints a line of an answer for people. On a terminal its control characters are shown and
    /// not obeyed.
    ///
    /// # Errors
    /// [`Failure::Io`].
    pub(crate) fn line(&mut self, line: &str) -> Result<(), Failure> {
        let safe = if self.out_is_terminal {
            plain::escaped(line)
        } else {
            line.into()
        };
        Ok(writeln!(self.out, "{safe}")?)
    }

    /// Prints rows with aligned columns; the last column may be of any length.
    ///
    /// # Errors
    /// [`Failure::Io`].
    pub(crate) fn table<const N: usize>(&mut self, rows: &[[String; N]]) -> Result<(), Failure> {
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell| plain::escaped(cell).chars().count())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..N).map(width).collect();
        for row in rows {
            let cells = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}"));
            self.line(cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }

    /// Remarks something to people, on stderr; programs do not hear it.
    pub(crate) fn remark(&mut self, remark: &str) {
        if !self.json {
            self.tell(&plain::escaped(remark));
        }
    }

    /// Tells a failure on stderr; that the reader went away is not worth a word.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        if !failure.is_broken_pipe() {
            // What was answered before stands before the error where both go to one place.
            let _gone = self.out.flush();
            let text = if self.json {
                failure.json()
            } else {
                failure.text()
            };
            self.tell(&text);
        }
    }

    /// Hands on what was printed.
    ///
    /// # Errors
    /// [`Failure::Io`].
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    fn tell(&mut self, text: &str) {
        // Nobody is left to tell where stderr is gone.
        let _gone = writeln!(self.err, "{text}");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn printed(terminal: bool, print: impl FnOnce(&mut Output)) -> String {
        let page = Page::default();
        let mut output = Output {
            out: Box::new(page.clone()),
            err: Box::new(io::sink()),
            json: false,
            out_is_terminal: terminal,
            err_is_terminal: false,
        };
        print(&mut output);
        String::from_utf8(page.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn names_are_escaped_on_a_terminal_and_whole_in_a_pipe() {
        let name = "a\u{1b}[2Jb.jpg";
        assert_eq!(
            printed(true, |o| o.line(name).unwrap()),
            "a\\u{1b}[2Jb.jpg\n"
        );
        assert_eq!(
            printed(false, |o| o.line(name).unwrap()),
            "a\u{1b}[2Jb.jpg\n"
        );
    }

    #[test]
    fn columns_of_a_table_stand_under_each_other() {
        let rows = [
            ["1".to_owned(), "a".to_owned()],
            ["20".to_owned(), "b".to_owned()],
        ];
        assert_eq!(
            printed(false, |o| o.table(&rows).unwrap()),
            "1   a\n20  b\n"
        );
    }
}
