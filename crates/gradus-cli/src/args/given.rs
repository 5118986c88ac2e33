//! The options that were given on a command line, as they were written.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

/// The options of a subcommand that were given, defaults apart, in the order of its help.
#[derive(Debug)]
pub(crate) struct Given(Vec<GivenOption>);

/// An option with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenOption {
    /// The name behind the two hyphens.
    pub(crate) name: String,
    /// The value as it was written; none of a flag.
    pub(crate) value: Option<String>,
}

impl Given {
    /// What was given to the subcommand, of that command line.
    pub(crate) fn to_subcommand(command: &Command, matches: &ArgMatches) -> Self {
        let found = matches.subcommand().and_then(|(name, matches)| {
            Some((command.find_subcommand(name)?.get_arguments(), matches))
        });
        let Some((arguments, matches)) = found else { return Self(Vec::new()) };
        let option = |argument: &clap::Arg| {
            let (name, id) = (argument.get_long()?.to_owned(), argument.get_id().as_str());
            // Help and version are no values that could be asked for.
            let is_known = matches.try_contains_id(id).unwrap_or(false);
            if !is_known || matches.value_source(id) != Some(ValueSource::CommandLine) {
                return None;
            }
            let value = argument.get_action().takes_values().then(|| {
                let raw = matches.get_raw(id).into_iter().flatten();
                raw.map(|value| value.to_string_lossy()).collect::<Vec<_>>().join(",")
            });
            Some(GivenOption { name, value })
        };
        Self(arguments.filter_map(option).collect())
    }

    pub(crate) fn options(&self) -> &[GivenOption] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn options_are_kept_as_they_were_written() {
        let line =
            ["gradus", "cv", "a.csv", "--target", "y", "--ignore", "a b,c", "--no-intercept"];
        let command = Cli::command();
        let matches = command.clone().try_get_matches_from(line).unwrap();
        let given = Given::to_subcommand(&command, &matches);
        let of = |name: &str, value: Option<&str>| GivenOption {
            name: name.to_owned(),
            value: value.map(str::to_owned),
        };
        let mut options = given.options().to_vec();
        options.sort_by(|a, b| a.name.cmp(&b.name));
        let expected =
            [of("ignore", Some("a b,c")), of("no-intercept", None), of("target", Some("y"))];
        assert_eq!(options, expected);
    }
}
