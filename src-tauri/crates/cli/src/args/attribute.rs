//! What can be typed after `latent attribute`.

use clap::{Args, Subcommand};
use serde_json::Value;

use super::Which;

/// `latent attribute …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Attribute {
    /// Gives photos attributes; others of the same name are replaced
    #[command(
        override_usage = "latent attribute set [OPTIONS] <NAME=JSON>... <--photo <FILE|ID>...|--filter <FILTER>>"
    )]
    Set(SetAttributes),
    /// Takes attributes off photos
    #[command(
        override_usage = "latent attribute remove [OPTIONS] <NAME>... <--photo <FILE|ID>...|--filter <FILTER>>"
    )]
    Remove(RemoveAttributes),
    /// Lists attributes with the number of photos that carry each
    List(ListAttributes),
}

/// Arguments of `latent attribute set`.
#[derive(Args, Debug)]
#[command(
    after_help = "price=200 is a number, sold=true a yes or no, rights='[\"web\",\"print\"]' a list.\n\
    What is no JSON is a text: client=Anna. A text that looks like JSON goes in quotes: code='\"42\"'.\n\
    Filters find them: latent search 'attr.price>=100'."
)]
pub(crate) struct SetAttributes {
    /// Names with their values: any JSON, or a text
    #[arg(value_name = "NAME=JSON", required = true)]
    pub(crate) attributes: Vec<NamedValue>,
    #[command(flatten)]
    pub(crate) which: Which,
}

/// Arguments of `latent attribute remove`.
#[derive(Args, Debug)]
pub(crate) struct RemoveAttributes {
    /// Names
    #[arg(value_name = "NAME", required = true)]
    pub(crate) names: Vec<String>,
    #[command(flatten)]
    pub(crate) which: Which,
}

/// Arguments of `latent attribute list`.
#[derive(Args, Debug)]
pub(crate) struct ListAttributes {
    /// Only this library
    #[arg(long, value_name = "NAME")]
    pub(crate) library: Option<String>,
}

/// An attribute as it is typed: `price=200`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NamedValue {
    /// What stands before the first `=`.
    pub(crate) name: String,
    /// The JSON behind it, or the text where it is none.
    pub(crate) value: Value,
}

impl std::str::FromStr for NamedValue {
    type Err = NoValue;

    fn from_str(text: &str) -> Result<Self, NoValue> {
        let (name, value) = text.split_once('=').ok_or(NoValue)?;
        Ok(Self {
            name: name.to_owned(),
            value: serde_json::from_str(value).unwrap_or_else(|_| Value::from(value)),
        })
    }
}

/// What was typed has no `=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a name and its value, such as price=200")]
pub(crate) struct NoValue;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(typed: &str, name: &str, value: Value) {
        let name = name.to_owned();
        assert_eq!(typed.parse(), Ok(NamedValue { name, value }), "{typed}");
    }

    #[test]
    fn a_value_is_json_or_else_a_text() {
        check("price=200", "price", json!(200));
        check("price=200.0", "price", json!(200.0));
        check("sold=true", "sold", json!(true));
        check("rights=[\"web\", 1]", "rights", json!(["web", 1]));
        check("client=Anna Müller", "client", json!("Anna Müller"));
        check("code=\"007\"", "code", json!("007"));
        check("code=007", "code", json!("007"));
        check("note=a=b", "note", json!("a=b"));
        check("note=", "note", json!(""));
        check("gone=null", "gone", Value::Null);
        assert_eq!("price".parse::<NamedValue>(), Err(NoValue));
    }
}
