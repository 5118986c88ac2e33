//! The options of `train` for what is learned.

use std::fmt;

use clap::Args;

use super::{named, rate};

/// What is learned.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options for the cost")]
pub(crate) struct CostArgs {
    /// What training minimises: cross-entropy for classes; mse, mae or huber[=DELTA] for values, of
    /// which mae and huber mind outliers less. DELTA is where squared becomes absolute, in standard
    /// deviations of the target [default: cross-entropy, mse]
    #[arg(long, value_name = "NAME", value_parser = cost)]
    pub(crate) cost: Option<CostArg>,
    /// The part of each class target that is spread over all classes: against overconfidence
    /// [default: 0]
    #[arg(long, value_name = "PART", value_parser = part, allow_negative_numbers = true)]
    pub(crate) label_smoothing: Option<f64>,
    /// How much classes count: `balanced` for all the same however rare, or weights by label, such as
    /// `ill=5,well=1`, and 1 for those not named [default: as much as they have rows]
    #[arg(long, value_name = "WEIGHTS", value_parser = class_weights)]
    pub(crate) class_weights: Option<ClassWeightsArg>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum CostArg {
    CrossEntropy,
    Mse,
    Mae,
    Huber { delta: f64 },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ClassWeightsArg {
    Balanced,
    /// By label, in the order of the command line.
    ByLabel(Vec<(String, f64)>),
}

impl fmt::Display for ClassWeightsArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Balanced => f.write_str("balanced"),
            Self::ByLabel(weights) => {
                for (i, (label, weight)) in weights.iter().enumerate() {
                    write!(f, "{}{label}={weight}", if i == 0 { "" } else { "," })?;
                }
                Ok(())
            }
        }
    }
}

fn part(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(part) if (0.0..1.0).contains(&part) => Ok(part),
        _ => Err("it must be a number from 0 to below 1, such as 0.1".to_owned()),
    }
}

fn cost(text: &str) -> Result<CostArg, String> {
    match named(text) {
        ("cross-entropy", numbers) if numbers.is_empty() => Ok(CostArg::CrossEntropy),
        ("mse", numbers) if numbers.is_empty() => Ok(CostArg::Mse),
        ("mae", numbers) if numbers.is_empty() => Ok(CostArg::Mae),
        ("huber", numbers) => match numbers[..] {
            [] => Ok(CostArg::Huber { delta: 1.0 }),
            [delta] => rate(delta).map(|delta| CostArg::Huber { delta }),
            _ => Err("huber takes one DELTA, such as huber=0.5".to_owned()),
        },
        _ => Err("it is none of cross-entropy, mse, mae, huber[=DELTA]".to_owned()),
    }
}

pub(super) fn class_weights(text: &str) -> Result<ClassWeightsArg, String> {
    if text == "balanced" {
        return Ok(ClassWeightsArg::Balanced);
    }
    let one = |pair: &str| {
        let (label, weight) = pair
            .rsplit_once('=')
            .ok_or_else(|| "it is `balanced`, or LABEL=WEIGHT,LABEL=WEIGHT".to_owned())?;
        rate(weight.trim()).map(|weight| (label.trim().to_owned(), weight)).map_err(|_| {
            format!("the weight of `{label}` must be a number above 0; leave rows out by --weights")
        })
    };
    text.split(',').map(one).collect::<Result<_, _>>().map(ClassWeightsArg::ByLabel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_and_class_weights_are_parsed() {
        assert!(part("1").is_err() && part("-0.1").is_err() && part("0").is_ok());
        assert_eq!(cost("huber").unwrap(), CostArg::Huber { delta: 1.0 });
        assert_eq!(cost("huber=0.25").unwrap(), CostArg::Huber { delta: 0.25 });
        for bad in ["", "mse=1", "huber=0", "huber=1,2", "hinge"] {
            assert!(cost(bad).is_err(), "{bad}");
        }
        let by_label = class_weights("a=1, b=c=2.5").unwrap();
        let expected = vec![("a".to_owned(), 1.0), ("b=c".to_owned(), 2.5)];
        assert_eq!(by_label, ClassWeightsArg::ByLabel(expected));
        assert_eq!(by_label.to_string(), "a=1,b=c=2.5");
        for bad in ["", "equal", "a", "a=0", "a=-1", "a=1,", "a=x"] {
            assert!(class_weights(bad).is_err(), "{bad}");
        }
    }
}
