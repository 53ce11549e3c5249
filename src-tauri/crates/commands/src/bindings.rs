//! Writes the TypeScript twin of the wire: one file with every type that a command takes or
//! answers, an interface that maps each command to its shapes, and its help.
//!
//! The list of commands calls [`typescript`] with one line for each command; which commands there
//! are is not known here. `cargo xtask bindings` writes the text to `ui/src/api/bindings.ts`, and a
//! test compares it with the committed file.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};

use ts_rs::{Config, TS, TypeVisitor};

mod layout;

/// The first lines of the file.
const HEADER: &str = "\
// Written by `cargo xtask bindings` from src-tauri/crates/commands. Do not edit.
";

/// Answers the whole TypeScript file for the commands and types that `list` names.
///
/// ```
/// # use latent_commands::{bindings::typescript, wire::{Libraries, Nothing}};
/// let text = typescript(|file| file.command::<Nothing, Libraries>("list_libraries", "Lists them"));
/// assert!(text.contains("list_libraries: { request: Nothing; response: Libraries };"));
/// ```
pub fn typescript(list: impl FnOnce(&mut Bindings)) -> String {
    let mut bindings = Bindings::new();
    list(&mut bindings);
    bindings.into_text()
}

/// The commands and types gathered so far.
pub struct Bindings {
    config: Config,
    seen: HashSet<TypeId>,
    /// Declarations by the type's TypeScript name, so that the order in the file never moves.
    declarations: BTreeMap<String, String>,
    commands: Vec<CommandLine>,
}

struct CommandLine {
    name: String,
    help: String,
    request: String,
    response: String,
}

impl Bindings {
    fn new() -> Self {
        Self {
            config: Config::new().with_large_int("number"),
            seen: HashSet::new(),
            declarations: BTreeMap::new(),
            commands: Vec::new(),
        }
    }

    /// Adds a command that takes `Q` and answers `A`, with its one-line help.
    pub fn command<Q: TS + 'static, A: TS + 'static>(&mut self, name: &str, help: &str) {
        self.declare::<Q>();
        self.declare::<A>();
        self.commands.push(CommandLine {
            name: name.to_owned(),
            help: help.to_owned(),
            request: Q::name(&self.config),
            response: A::name(&self.config),
        });
    }

    /// Adds a type that no command names, such as the events, and every type inside it.
    pub fn declare<T: TS + 'static + ?Sized>(&mut self) {
        self.visit::<T>();
    }

    fn into_text(self) -> String {
        let mut text = String::from(HEADER);
        for declaration in self.declarations.values() {
            text.push('\n');
            text.push_str(declaration);
            text.push('\n');
        }
        text.push_str(&commands_interface(&self.commands));
        text.push_str(&command_help(&self.commands));
        text
    }
}

impl TypeVisitor for Bindings {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Numbers, texts and lists have no declaration of their own.
        if T::output_path().is_none() || !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        let declaration = declaration::<T>(&self.config);
        self.declarations
            .insert(T::ident(&self.config), declaration);
        T::visit_dependencies(self);
    }
}

fn declaration<T: TS + 'static + ?Sized>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    format!(
        "{docs}export {}",
        layout::one_field_a_line(&T::decl(config))
    )
}

fn commands_interface(commands: &[CommandLine]) -> String {
    let mut text = String::from(
        "\n/** Every command: what it takes and what it answers. */\nexport interface Commands {\n",
    );
    for CommandLine {
        name,
        help,
        request,
        response,
    } in commands
    {
        text.push_str(&format!(
            "  /** {help} */\n  {name}: {{ request: {request}; response: {response} }};\n",
        ));
    }
    text.push_str(
        "}\n\n/** The name of a command. */\nexport type CommandName = keyof Commands;\n",
    );
    text
}

fn command_help(commands: &[CommandLine]) -> String {
    let mut text = String::from(
        "\n/** One line of help for each command. */\n\
         export const COMMAND_HELP: Record<CommandName, string> = {\n",
    );
    for CommandLine { name, help, .. } in commands {
        // A JSON text is a TypeScript text.
        text.push_str(&format!(
            "  {name}: {},\n",
            serde_json::Value::from(help.as_str())
        ));
    }
    text.push_str("};\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{ErrorBody, Event, Libraries, Nothing, SearchPhotos, SearchResult};

    fn sample() -> String {
        typescript(|file| {
            file.command::<Nothing, Libraries>("list_libraries", "Lists the \"libraries\"");
            file.command::<SearchPhotos, SearchResult>("search_photos", "Searches");
            file.declare::<Event>();
            file.declare::<ErrorBody>();
        })
    }

    #[test]
    fn every_type_inside_a_type_is_declared_once() {
        let text = sample();
        for name in [
            "Library",
            "Root",
            "QueryImage",
            "BoxFractions",
            "Hit",
            "Found",
            "Job",
            "ErrorCode",
        ] {
            let declared = text.matches(&format!("export type {name} = ")).count();
            assert_eq!(declared, 1, "{name} in:\n{text}");
        }
    }

    #[test]
    fn commands_name_their_shapes_and_help() {
        let text = sample();
        assert!(
            text.contains("  search_photos: { request: SearchPhotos; response: SearchResult };")
        );
        assert!(
            text.contains(r#"  list_libraries: "Lists the \"libraries\"","#),
            "{text}"
        );
    }

    #[test]
    fn order_of_types_does_not_follow_the_order_of_commands() {
        let forth = typescript(|file| {
            file.declare::<Event>();
            file.declare::<Libraries>();
        });
        let back = typescript(|file| {
            file.declare::<Libraries>();
            file.declare::<Event>();
        });
        assert_eq!(forth, back);
    }

    #[test]
    fn whole_numbers_are_numbers_and_never_bigint() {
        assert!(!sample().contains("bigint"));
    }
}
