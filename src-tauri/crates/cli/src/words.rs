//! Lets `-red` be a word of a search: the search box takes it, but to a command line it looks like
//! an option. The words of `latent search` and `latent saved save` are moved behind `--`, in their
//! order.

use std::ffi::{OsStr, OsString};

use clap::Command;

/// Puts the words of a search behind its options; other command lines stay as they are.
pub(crate) fn after_options(arguments: Vec<OsString>, latent: &Command) -> Vec<OsString> {
    let mut known = Known {
        commands: vec![latent],
    };
    let (mut place, mut command) = (1, latent);
    while let Some(argument) = arguments.get(place) {
        match known.kind(argument) {
            Kind::Option { takes_next } => place += 1 + usize::from(takes_next),
            Kind::End => break,
            Kind::Word => {
                let Some(verb) = command.find_subcommand(argument) else {
                    break;
                };
                (place, command) = (place + 1, verb);
                known.commands.push(verb);
                if takes_words(verb) {
                    return sort(arguments, place, &known);
                }
            }
        }
    }
    arguments
}

/// Whether words of a search can be typed after a verb.
fn takes_words(verb: &Command) -> bool {
    verb.get_positionals().any(|arg| arg.get_id() == "words")
}

fn sort(arguments: Vec<OsString>, first: usize, known: &Known<'_>) -> Vec<OsString> {
    let (mut options, mut words) = (Vec::new(), Vec::new());
    let mut rest = arguments.into_iter();
    options.extend(rest.by_ref().take(first));
    while let Some(argument) = rest.next() {
        match known.kind(&argument) {
            Kind::Option { takes_next } => {
                options.push(argument);
                options.extend(rest.by_ref().take(usize::from(takes_next)));
            }
            Kind::Word => words.push(argument),
            Kind::End => words.extend(rest.by_ref()),
        }
    }
    if !words.is_empty() {
        options.push("--".into());
        options.append(&mut words);
    }
    options
}

enum Kind {
    Option {
        takes_next: bool,
    },
    Word,
    /// `--`: all that follows are words.
    End,
}

/// The options that count here.
struct Known<'a> {
    commands: Vec<&'a Command>,
}

impl Known<'_> {
    fn kind(&self, argument: &OsStr) -> Kind {
        let Some(text) = argument.to_str() else {
            return Kind::Word;
        };
        if text == "--" {
            return Kind::End;
        }
        if let Some(long) = text.strip_prefix("--") {
            return Kind::Option {
                takes_next: self.takes_value(long),
            };
        }
        match text.strip_prefix('-') {
            Some(shorts) if !shorts.is_empty() && shorts.chars().all(|c| self.has_short(c)) => {
                Kind::Option { takes_next: false }
            }
            _ => Kind::Word,
        }
    }

    fn takes_value(&self, long: &str) -> bool {
        self.arguments()
            .any(|arg| arg.get_long() == Some(long) && arg.get_action().takes_values())
    }

    fn has_short(&self, short: char) -> bool {
        // Help and version come from clap itself, once the command line is parsed.
        matches!(short, 'h' | 'V') || self.arguments().any(|arg| arg.get_short() == Some(short))
    }

    fn arguments(&self) -> impl Iterator<Item = &clap::Arg> {
        self.commands
            .iter()
            .flat_map(|command| command.get_arguments())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn check(typed: &str, sorted: &str) {
        let arguments = typed.split(' ').map(OsString::from).collect();
        let expect: Vec<OsString> = sorted.split(' ').map(OsString::from).collect();
        assert_eq!(
            after_options(arguments, &crate::args::Cli::command()),
            expect,
            "{typed}"
        );
    }

    #[test]
    fn words_of_a_search_go_behind_its_options() {
        check("latent search boat -red", "latent search -- boat -red");
        check(
            "latent search boat --limit 5 -red",
            "latent search --limit 5 -- boat -red",
        );
        check("latent search -a OR -b", "latent search -- -a OR -b");
        check(
            "latent search boat -- --json",
            "latent search -- boat --json",
        );
        check(
            "latent search --without -x boat",
            "latent search --without -x -- boat",
        );
        check(
            "latent search boat --json -red",
            "latent search --json -- boat -red",
        );
        check("latent search -vv boat -h", "latent search -vv -h -- boat");
        check(
            "latent --data-dir search search x",
            "latent --data-dir search search -- x",
        );
        check("latent search --limt 5", "latent search --limt -- 5");
        check(
            "latent saved save Boats boat --limit 5 -red",
            "latent saved save --limit 5 -- Boats boat -red",
        );
        check(
            "latent saved --json save --replace Boats -red",
            "latent saved --json save --replace -- Boats -red",
        );
    }

    #[test]
    fn other_command_lines_stay_as_they_are() {
        check(
            "latent index photos --library search",
            "latent index photos --library search",
        );
        check("latent --json tag list", "latent --json tag list");
        check("latent saved run search", "latent saved run search");
        check("latent saved", "latent saved");
        check("latent", "latent");
    }
}
