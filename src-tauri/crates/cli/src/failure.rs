//! What can go wrong, how it is told and the exit code it ends with.

use std::process::ExitCode;

use latent_commands::CommandError;
use latent_commands::wire::{ErrorBody, ErrorCode};
use latent_http::ServeError;
use serde::Serialize;
use thiserror::Error;

use crate::plain;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All was done.
    Done = 0,
    /// It could not be done.
    Failed = 1,
    /// It was asked in a way that makes no sense.
    Misuse = 2,
    /// It was done, but some files could not be read.
    Faults = 3,
    /// It was done, and copies are among files that were to be refused then.
    Copies = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The program cannot do what was asked.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The arguments make no sense.
    #[error("{message}")]
    Misuse {
        /// What is wrong and what to do.
        message: String,
    },
    /// A command failed.
    #[error("{error}")]
    Command {
        /// Why.
        error: CommandError,
        /// The line it complains about, where it names a place in one.
        line: Option<String>,
    },
    /// Ctrl-C ended it.
    #[error("Stopped; what was read stays, and the next run goes on there")]
    Stopped,
    /// Ctrl-C ended what only had to be answered.
    #[error("Stopped")]
    Unanswered,
    /// A job could not go on.
    #[error("{reason}")]
    Job {
        /// Why.
        reason: String,
    },
    /// The server could not start or broke.
    #[error("{}", story(.0))]
    Serve(#[from] ServeError),
    /// Input or output of the program itself broke.
    #[error("Cannot read or write: {0}")]
    Io(#[from] std::io::Error),
    /// The system names no place for data.
    #[error("The system names no place for data: name one with --data-dir")]
    NoDataDir,
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Self::Command { error, line: None }
    }
}

/// An error and its cause in one sentence.
fn story(error: &ServeError) -> String {
    use std::error::Error as _;
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// An error as programs read it.
#[derive(Serialize)]
struct Report {
    error: ErrorBody,
}

impl Failure {
    /// Says what is wrong with the arguments.
    pub(crate) fn misuse(message: impl Into<String>) -> Self {
        Self::Misuse {
            message: message.into(),
        }
    }

    /// Says that something named is not there.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        CommandError::new(ErrorCode::NotFound, message).into()
    }

    /// Adds the line that a malformed filter stands in.
    pub(crate) fn in_line(self, typed: &str) -> Self {
        match self {
            Self::Command { error, .. } => Self::Command {
                error,
                line: Some(typed.to_owned()),
            },
            other => other,
        }
    }

    /// How the program ends after this.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Misuse { .. } => Exit::Misuse,
            Self::Command { error, .. } => of_code(error.code()),
            // Whoever read the output has read enough.
            Self::Io(_) if self.is_broken_pipe() => Exit::Done,
            _ => Exit::Failed,
        }
    }

    /// Whether the reader of the output went away.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// The error for people: a sentence, and the place of it where there is one.
    pub(crate) fn text(&self) -> String {
        let message = self.to_string();
        let sentence = format!("error: {}", plain::escaped(&message));
        match self.place() {
            Some((line, start, end)) => format!("{sentence}\n{}", plain::caret(line, start, end)),
            None => sentence,
        }
    }

    /// The error for programs, in one line.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string(&Report { error: self.body() }).unwrap_or_default()
    }

    fn place(&self) -> Option<(&str, usize, usize)> {
        let Self::Command {
            error,
            line: Some(line),
        } = self
        else {
            return None;
        };
        let place = error.details()?.get("place")?;
        let number = |end: &str| {
            place
                .get(end)?
                .as_u64()
                .and_then(|n| usize::try_from(n).ok())
        };
        Some((line, number("start")?, number("end")?))
    }

    fn body(&self) -> ErrorBody {
        let code = match self {
            Self::Command { error, .. } => return error.body(),
            Self::Misuse { .. } => ErrorCode::InvalidRequest,
            Self::Stopped | Self::Unanswered => ErrorCode::Busy,
            Self::Job { .. } => ErrorCode::Internal,
            Self::Serve(_) | Self::Io(_) | Self::NoDataDir => ErrorCode::Io,
        };
        ErrorBody {
            code,
            message: self.to_string(),
            details: None,
        }
    }
}

fn of_code(code: ErrorCode) -> Exit {
    match code {
        ErrorCode::UnknownCommand
        | ErrorCode::InvalidRequest
        | ErrorCode::InvalidFilter
        | ErrorCode::InvalidBox => Exit::Misuse,
        _ => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_tell_misuse_from_failure() {
        let of = |code| Failure::from(CommandError::new(code, "x")).exit();
        assert_eq!(of(ErrorCode::InvalidFilter), Exit::Misuse);
        assert_eq!(of(ErrorCode::InvalidBox), Exit::Misuse);
        assert_eq!(of(ErrorCode::InvalidRequest), Exit::Misuse);
        assert_eq!(of(ErrorCode::UnknownCommand), Exit::Misuse);
        assert_eq!(of(ErrorCode::NotFound), Exit::Failed);
        assert_eq!(of(ErrorCode::DataFolderLocked), Exit::Failed);
        assert_eq!(Failure::misuse("x").exit(), Exit::Misuse);
        assert_eq!(Failure::Stopped.exit(), Exit::Failed);
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        let failure = Failure::Io(std::io::ErrorKind::BrokenPipe.into());
        assert!(failure.is_broken_pipe());
        assert_eq!(failure.exit(), Exit::Done);
    }

    #[test]
    fn an_error_for_programs_is_one_line() {
        let json = Failure::misuse("Two\nlines").json();
        assert!(!json.contains('\n'), "{json}");
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["error"]["code"], "invalidRequest");
    }
}
