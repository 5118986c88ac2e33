//! Where `gradus tune` looks.

use gradus::select::{Domain, ParamValue, Params, SelectError, Space};

use crate::args::{ModelArgs, SearchArg, TuneArgs};
use crate::error::CliError;

/// What cannot be tried: the features depend on the one, the folds on the other.
const FIXED: [&str; 2] = ["model", "seed"];

/// The options that are tried, with their values.
#[derive(Debug)]
pub(super) struct Tries {
    domains: Vec<(String, Domain)>,
}

impl Tries {
    pub(super) fn new(texts: &[String]) -> Result<Self, CliError> {
        let domains = texts.iter().map(|text| parse(text)).collect::<Result<Vec<_>, CliError>>()?;
        for (place, (name, _)) in domains.iter().enumerate() {
            if domains[..place].iter().any(|(before, _)| before == name) {
                return Err(CliError::usage(format!(
                    "--try {name} is given twice; write all its values into one, as {name}=a/b/c"
                )));
            }
        }
        Ok(Self { domains })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.domains.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names().any(|other| other == name)
    }

    fn are_lists(&self) -> bool {
        self.domains.iter().all(|(_, domain)| matches!(domain, Domain::Values(_)))
    }

    /// How candidates are made, if the user does not say.
    pub(super) fn search(&self, asked: Option<SearchArg>) -> SearchArg {
        asked.unwrap_or(if self.are_lists() { SearchArg::Grid } else { SearchArg::Random })
    }

    pub(super) fn candidates(
        &self,
        args: &TuneArgs,
        search: SearchArg,
    ) -> Result<Vec<Params>, CliError> {
        let mut space = Space::new();
        for (name, domain) in &self.domains {
            space = space.with(name.clone(), domain.clone());
        }
        let all = search == SearchArg::Grid || (search == SearchArg::Halving && self.are_lists());
        if all { space.grid() } else { space.sample(args.trials, args.model.learning.seed) }
            .map_err(|error| match error {
                SelectError::NoGrid { name, domain } => CliError::usage(format!(
                    "--try {name}: {domain} has no end of values to combine; list some, as \
                     {name}=a/b/c, or take --search random"
                )),
                error => error.into(),
            })
    }

    /// In words.
    pub(super) fn describe(&self) -> String {
        let one = |(name, domain): &(String, Domain)| format!("{name} {domain}");
        self.domains.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

/// The model's options with a candidate's values set.
pub(super) fn options(
    base: &ModelArgs,
    params: &Params,
    more: Option<(&str, usize)>,
) -> Result<ModelArgs, CliError> {
    let mut settings: Vec<(String, String)> =
        params.iter().map(|(name, value)| (name.to_owned(), plain(value))).collect();
    settings.extend(more.map(|(name, value)| (name.to_owned(), value.to_string())));
    base.with(&settings).map_err(|error| CliError::usage(format!("--try: {error}")))
}

/// A value as it is written on a command line.
pub(super) fn plain(value: &ParamValue) -> String {
    match value {
        ParamValue::Integer(value) => value.to_string(),
        ParamValue::Real(value) => value.to_string(),
        ParamValue::Text(text) => text.clone(),
    }
}

fn parse(text: &str) -> Result<(String, Domain), CliError> {
    let wrong = |why: &str| {
        CliError::usage(format!(
            "--try {text}: {why}; it is OPTION=a/b/c, OPTION=low..high or OPTION=log:low..high"
        ))
    };
    let (name, values) = text.split_once('=').ok_or_else(|| wrong("it has no `=`"))?;
    let name = name.trim().trim_start_matches("--");
    if name.is_empty() || values.is_empty() {
        return Err(wrong("the option or its values are missing"));
    }
    if FIXED.contains(&name) {
        return Err(CliError::usage(format!(
            "--try {name}: it cannot be tried; run the search once for each {name}"
        )));
    }
    let (is_log, range) = match values.strip_prefix("log:") {
        Some(range) => (true, range),
        None => (false, values),
    };
    let Some((low, high)) = range.split_once("..") else {
        if is_log {
            return Err(wrong("log: needs low..high"));
        }
        return Ok((name.to_owned(), Domain::Values(values.split('/').map(value).collect())));
    };
    let (low, high) = (value(low), value(high));
    let number = |value: &ParamValue| match value {
        ParamValue::Integer(value) => Some(*value as f64),
        ParamValue::Real(value) => Some(*value),
        ParamValue::Text(_) => None,
    };
    let domain = match (&low, &high) {
        (ParamValue::Integer(low), ParamValue::Integer(high)) if !is_log => {
            Domain::Integer { low: *low, high: *high }
        }
        (low, high) => match (number(low), number(high)) {
            (Some(low), Some(high)) if is_log => Domain::LogUniform { low, high },
            (Some(low), Some(high)) => Domain::Uniform { low, high },
            _ => return Err(wrong("the ends of a range are numbers")),
        },
    };
    Ok((name.to_owned(), domain))
}

fn value(text: &str) -> ParamValue {
    let text = text.trim();
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(whole), _) => ParamValue::Integer(whole),
        (_, Ok(real)) => ParamValue::Real(real),
        _ => ParamValue::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_ranges_are_parsed() {
        let domain = |text: &str| parse(text).unwrap().1;
        assert_eq!(domain("lr=0.01/0.1"), Domain::values([0.01, 0.1]));
        assert_eq!(domain("hidden=8..64"), Domain::Integer { low: 8, high: 64 });
        assert_eq!(domain("dropout=0..0.5"), Domain::Uniform { low: 0.0, high: 0.5 });
        assert_eq!(domain("lambda=log:1e-3..1"), Domain::LogUniform { low: 1e-3, high: 1.0 });
        let hidden =
            Domain::Values(vec![ParamValue::Integer(8), ParamValue::Text("8,8".to_owned())]);
        assert_eq!(domain("--hidden=8/8,8"), hidden);
        for bad in ["lr", "lr=", "=1", "lr=a..b", "lr=log:0.1", "seed=1/2", "model=ols/ridge"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
