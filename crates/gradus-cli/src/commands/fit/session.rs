//! What all fits have in common: how they begin and how they end.

use std::path::{Path, PathBuf};

use gradus::io::{
    FitRecord, LinearFamily, NamedScore, Preparation, SavedLinear, SavedModel, Uncertainty, save,
};
use gradus::linear::{Design, Intercept, LinearError, Weights};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use super::class_weights::weigh;
use crate::args::{ClassWeightsArg, DataArgs, ResultArgs};
use crate::commands::{check_model_out, quoted, use_threads};
use crate::data::{DesignData, Needs, TableSource};
use crate::error::CliError;
use crate::output::Output;
use crate::scores::Truth;

/// A fit under way: its data, and where the model goes.
#[derive(Debug)]
pub(super) struct Session<'a> {
    args: &'a DataArgs,
    json: bool,
    out: PathBuf,
    pub(super) data: DesignData,
}

/// An outcome of two classes.
#[derive(Debug)]
pub(super) struct Binary<'d> {
    /// 1 for the event.
    pub(super) y: Vec<f64>,
    pub(super) event: &'d str,
    pub(super) other: &'d str,
}

/// What a fit tells.
#[derive(Debug)]
pub(super) struct Told<R> {
    /// The model's name for a machine.
    pub(super) model: &'static str,
    /// What only this model tells a machine.
    pub(super) report: R,
    /// What is modelled, in words.
    pub(super) meaning: String,
    /// What the user should know of this fit, besides what there is to know of the data.
    pub(super) notes: Vec<String>,
    /// The report for people.
    pub(super) text: String,
    pub(super) saved: SavedLinear,
}

/// What is printed for a machine.
#[derive(Serialize)]
struct Envelope<'r, R> {
    command: &'static str,
    model: &'static str,
    data: &'r str,
    target: &'r str,
    rows: usize,
    dropped: usize,
    #[serde(flatten)]
    report: R,
    saved: &'r Path,
    notes: Vec<String>,
}

impl<'a> Session<'a> {
    /// Fixes the threads and where the model goes, before anything is computed, and reads the data.
    pub(super) fn begin(
        model: &str,
        args: &'a DataArgs,
        result: &ResultArgs,
        needs: &Needs,
    ) -> Result<Self, CliError> {
        use_threads(result.general.threads)?;
        let source = TableSource::new(&args.source, &args.csv)?;
        let out = result.out.clone().unwrap_or_else(|| source.default_out(model));
        check_model_out(&out)?;
        let data = DesignData::new(args, needs)?;
        Ok(Self { args, json: result.general.json, out, data })
    }

    /// Multiplies each row's weight by that of its class, if classes have weights.
    pub(super) fn weigh(mut self, classes: Option<&ClassWeightsArg>) -> Result<Self, CliError> {
        weigh(&mut self.data, classes)?;
        Ok(self)
    }

    /// Whether a machine reads the report.
    pub(super) fn json(&self) -> bool {
        self.json
    }

    pub(super) fn intercept(&self) -> Intercept {
        if self.args.no_intercept { Intercept::None } else { Intercept::Fitted }
    }

    /// The data with weights that are frequencies.
    pub(super) fn design(&self) -> Result<Design<'_>, LinearError> {
        self.data.design(Weights::Frequency)
    }

    /// An outcome of numbers.
    pub(super) fn values(&self) -> Result<&[f64], CliError> {
        match &self.data.truth {
            Truth::Values(values) => Ok(values),
            Truth::Classes(_) => {
                Err(CliError::usage("the outcome is no number; name another (--target)"))
            }
        }
    }

    /// An outcome of two classes.
    pub(super) fn binary(&self) -> Result<Binary<'_>, CliError> {
        match (&self.data.truth, self.data.target.labels()) {
            (Truth::Classes(codes), Some([other, event])) => {
                Ok(Binary { y: codes.iter().map(|&code| f64::from(code)).collect(), event, other })
            }
            _ => Err(CliError::usage("the outcome has not two classes; name another (--target)")),
        }
    }

    /// An outcome of classes, by number, with their labels.
    pub(super) fn classes(&self) -> Result<(Vec<usize>, &[String]), CliError> {
        match (&self.data.truth, self.data.target.labels()) {
            (Truth::Classes(codes), Some(labels)) => {
                Ok((codes.iter().map(|&code| code as usize).collect(), labels))
            }
            _ => Err(CliError::usage("the outcome has no classes; name another (--target)")),
        }
    }

    /// A model as its file holds it, from a linear predictor's coefficients for each class.
    pub(super) fn saved(
        &self,
        family: LinearFamily,
        intercepts: &[f64],
        coefficients: DMatrix<f64>,
        record: FitRecord,
    ) -> SavedLinear {
        SavedLinear {
            family,
            intercept: (!self.args.no_intercept).then(|| intercepts.to_vec()),
            coefficients,
            preparation: Preparation::Encoder(self.data.encoder.clone()),
            target: self.data.target.clone(),
            offset: self.data.offset_column.clone(),
            uncertainty: None,
            record,
        }
    }

    /// The same of a likelihood's maximum with one linear predictor, the constant first.
    pub(super) fn saved_estimates(
        &self,
        family: LinearFamily,
        estimates: &[f64],
        covariance: Option<DMatrix<f64>>,
        record: FitRecord,
    ) -> SavedLinear {
        let (constant, slopes) = estimates.split_at(estimates.len() - self.data.names.len());
        let coefficients = DMatrix::from_column_slice(slopes.len(), 1, slopes);
        let uncertainty = covariance.map(|covariance| Uncertainty {
            covariance,
            residual_variance: None,
            degrees_of_freedom: None,
        });
        SavedLinear { uncertainty, ..self.saved(family, constant, coefficients, record) }
    }

    /// What a model file remembers of a fit.
    pub(super) fn record(&self, estimator: &str, figures: &[(&str, f64)]) -> FitRecord {
        let named = |&(name, value): &(&str, f64)| NamedScore { name: name.to_owned(), value };
        FitRecord {
            program: concat!("gradus ", env!("CARGO_PKG_VERSION")).to_owned(),
            data: self.data.name.clone(),
            fingerprint: self.data.fingerprint,
            rows: self.data.rows() as u64,
            dropped: self.data.dropped as u64,
            estimator: estimator.to_owned(),
            lambda: None,
            l1_ratio: None,
            figures: figures.iter().map(named).collect(),
        }
    }

    /// Saves the model, and tells what was found and what to do next.
    pub(super) fn finish<R: Serialize>(
        &self,
        told: Told<R>,
        output: &mut Output,
    ) -> Result<(), CliError> {
        let Self { data, out, .. } = self;
        let Told { model, report, meaning, notes, text, saved } = told;
        save(out, &SavedModel::from(saved))?;
        let notes = [data.notes.as_slice(), &notes].concat();
        if self.json {
            return output.json(&Envelope {
                command: "fit",
                model,
                data: &data.name,
                target: data.target.column(),
                rows: data.rows(),
                dropped: data.dropped,
                report,
                saved: out,
                notes,
            });
        }
        output.line(format_args!(
            "{}: {} rows, {} features; {meaning}",
            data.name,
            data.rows(),
            data.names.len()
        ))?;
        for note in &notes {
            output.line(format_args!("note: {note}"))?;
        }
        output.text(format_args!("\n{text}"))?;
        let (model, source) = (quoted(out), quoted(Path::new(&self.args.source)));
        output.line(format_args!("\nsaved {model}; try next:"))?;
        output.line(format_args!("  gradus info {model}"))?;
        output.line(format_args!("  gradus predict {model} {source} | head"))
    }
}
