//! `gradus predict`.

use std::path::Path;

use gradus::io::{Network, Prediction, SavedModel, load, write_atomically};
use gradus::metrics::Label;
use gradus::train::predicted_classes;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::PredictArgs;
use crate::data::{ForModel, ModelData, Usable};
use crate::error::CliError;
use crate::interval::Interval;
use crate::output::{Output, field};
use crate::scores::{predict, sides};

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'r Path,
    data: &'r str,
    target: &'r str,
    rows: usize,
    /// The file that they were written to; then they are not repeated here.
    out: Option<&'r Path>,
    predictions: Option<Vec<Value>>,
    notes: &'r [String],
}

pub(crate) fn run(args: &PredictArgs, output: &mut Output) -> Result<(), CliError> {
    super::use_threads(args.general.threads)?;
    let model = load(&args.model)?;
    let data = ModelData::new(&args.data, &args.csv)?;
    if let Some(out) = &args.out {
        check_out(out, &args.model, &data)?;
    }
    let reader = ForModel { model: &model, target: None, csv: &args.csv };
    let mut usable = reader.read(&data)?;
    let interval = args.interval.map(|kind| Interval { kind, confidence: args.confidence });
    let predictions = Predictions::new(&model, &usable, interval)?;
    if usable.rows.len() < usable.all {
        let without = usable.all - usable.rows.len();
        usable.notes = vec![format!(
            "{without} of {} rows have missing values and no prediction: their fields are empty",
            usable.all
        )];
    }

    if let Some(out) = &args.out {
        write_atomically(out, predictions.csv(&model).as_bytes())?;
    }
    if args.general.json {
        return output.json(&Report {
            command: "predict",
            model: &args.model,
            data: &args.data,
            target: model.target().column(),
            rows: usable.all,
            out: args.out.as_deref(),
            predictions: args.out.is_none().then(|| predictions.json(&model)),
            notes: &usable.notes,
        });
    }
    match &args.out {
        Some(out) => {
            output.line(format_args!(
                "wrote {} predictions to {}",
                usable.all,
                super::quoted(out)
            ))?;
        }
        None => output.raw(format_args!("{}", predictions.csv(&model)))?,
    }
    // Standard output holds the predictions, so notes go beside it.
    for note in &usable.notes {
        eprintln!("note: {}", Label::new(note));
    }
    Ok(())
}

/// The predictions for every row of the data, `None` where there is none.
struct Predictions {
    prediction: Prediction,
    /// The row of `prediction` for each row of the data.
    places: Vec<Option<usize>>,
    /// The lower and upper end for each row of `prediction`, if they were asked for.
    ends: Option<Vec<[f64; 2]>>,
    precision: Precision,
}

/// In what the model computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Precision {
    Single,
    Double,
}

impl Predictions {
    fn new(
        model: &SavedModel,
        usable: &Usable,
        interval: Option<Interval>,
    ) -> Result<Self, CliError> {
        let mut places = vec![None; usable.all];
        for (place, &row) in usable.rows.iter().enumerate() {
            places[row] = Some(place);
        }
        let prediction = predict(model, &usable.features)?;
        let ends = interval.map(|interval| interval.ends(model, &usable.features)).transpose()?;
        let precision = match model {
            SavedModel::Network(model) if matches!(model.network, Network::F32(_)) => {
                Precision::Single
            }
            _ => Precision::Double,
        };
        Ok(Self { prediction, places, ends, precision })
    }

    fn csv(&self, model: &SavedModel) -> String {
        let labels = model.labels().unwrap_or_default();
        let mut names = vec!["prediction".to_owned()];
        match &self.prediction {
            Prediction::Probabilities(_) => {
                names.extend(labels.iter().map(|label| field(&format!("probability_{label}"))));
            }
            Prediction::Margins(margins) if margins.ncols() == 1 => names.push("margin".to_owned()),
            Prediction::Margins(_) => {
                names.extend(labels.iter().map(|label| field(&format!("margin_{label}"))));
            }
            _ => {}
        }
        if self.ends.is_some() {
            names.extend(["lower", "upper"].map(str::to_owned));
        }
        let mut text = names.join(",");
        text.push('\n');
        let classes = self.classes();
        for place in &self.places {
            match (place, &self.prediction) {
                (Some(place), Prediction::Probabilities(p)) => {
                    text.push_str(&field(&labels[classes[*place] as usize]));
                    for class in 0..labels.len() {
                        text.push(',');
                        text.push_str(&value(p[(*place, class)], self.precision));
                    }
                }
                (Some(place), Prediction::Values(y)) => {
                    text.push_str(&value(y[(*place, 0)], self.precision));
                }
                (Some(place), Prediction::Margins(margins)) => {
                    text.push_str(&field(&labels[classes[*place] as usize]));
                    for margin in margins.row(*place).iter() {
                        text.push(',');
                        text.push_str(&value(*margin, self.precision));
                    }
                }
                (Some(_), _) => {}
                (None, _) => text.push_str(&",".repeat(names.len() - 1)),
            }
            if let (Some(place), Some(ends)) = (place, &self.ends) {
                let [lower, upper] = ends[*place];
                for end in [lower, upper] {
                    text.push(',');
                    text.push_str(&value(end, Precision::Double));
                }
            }
            text.push('\n');
        }
        text
    }

    fn json(&self, model: &SavedModel) -> Vec<Value> {
        let labels = model.labels().unwrap_or_default();
        let classes = self.classes();
        let one = |place: &Option<usize>| {
            let mut value = self.value_of(place, labels, &classes);
            if let (Some(place), Some(ends), Some(object)) =
                (place, &self.ends, value.as_object_mut())
            {
                object.insert("lower".into(), ends[*place][0].into());
                object.insert("upper".into(), ends[*place][1].into());
            }
            value
        };
        self.places.iter().map(one).collect()
    }

    fn value_of(&self, place: &Option<usize>, labels: &[String], classes: &[u32]) -> Value {
        match (place, &self.prediction) {
            (Some(place), Prediction::Probabilities(p)) => {
                let probabilities: Map<String, Value> = labels
                    .iter()
                    .enumerate()
                    .map(|(class, label)| (label.clone(), Value::from(p[(*place, class)])))
                    .collect();
                let mut object = Map::new();
                object.insert("prediction".into(), labels[classes[*place] as usize].clone().into());
                object.insert("probabilities".into(), probabilities.into());
                Value::Object(object)
            }
            (Some(place), Prediction::Values(y)) => {
                let mut object = Map::new();
                object.insert("prediction".into(), y[(*place, 0)].into());
                Value::Object(object)
            }
            (Some(place), Prediction::Margins(margins)) => {
                let mut object = Map::new();
                object.insert("prediction".into(), labels[classes[*place] as usize].clone().into());
                if margins.ncols() == 1 {
                    object.insert("margin".into(), margins[(*place, 0)].into());
                } else {
                    let of = |(k, label): (usize, &String)| {
                        (label.clone(), Value::from(margins[(*place, k)]))
                    };
                    let of: Map<String, Value> = labels.iter().enumerate().map(of).collect();
                    object.insert("margins".into(), Value::Object(of));
                }
                Value::Object(object)
            }
            _ => Value::Null,
        }
    }

    fn classes(&self) -> Vec<u32> {
        match &self.prediction {
            Prediction::Probabilities(p) => predicted_classes(p),
            Prediction::Margins(margins) => sides(margins),
            _ => Vec::new(),
        }
    }
}

/// A value in the precision that the model computes in, in the shortest form that reads back.
fn value(value: f64, precision: Precision) -> String {
    /// Numbers between these are written without a power of ten.
    const PLAIN: std::ops::Range<f64> = 1e-5..1e16;
    let plain = value == 0.0 || PLAIN.contains(&value.abs());
    let short = value as f32;
    match precision == Precision::Single && short.is_finite() {
        true if plain => short.to_string(),
        true => format!("{short:e}"),
        false if plain => value.to_string(),
        false => format!("{value:e}"),
    }
}

fn check_out(out: &Path, model: &Path, data: &ModelData) -> Result<(), CliError> {
    let same = |other: &Path| match (out.canonicalize(), other.canonicalize()) {
        (Ok(out), Ok(other)) => out == other,
        _ => false,
    };
    if same(model) || data.path().is_some_and(same) {
        return Err(CliError::usage(format!(
            "{}: is read by this command and not replaced; name another file (--out)",
            out.display()
        )));
    }
    Ok(())
}
