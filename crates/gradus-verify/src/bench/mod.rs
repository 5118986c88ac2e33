//! `bench`: how fast a step is, and how fast it could be.

mod beside;
mod csv_numbers;
mod elementwise;
mod floor;
mod gemm;
mod gemv;
mod gram;
mod infer;
mod lasso_path;
mod logistic;
mod measure;
mod metrics;
mod minimise;
mod mnist;
mod multinomial;
mod network;
mod ols;
mod optimisers;
mod peak;
mod report;
mod resample;
mod second_order;
mod steps;
mod tape;
mod threshold;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as ClapArgs, ValueEnum};
use gradus_linalg::Level;

use report::{Figure, Report};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Workload {
    /// 784-128-10, ReLU, softmax cross-entropy, batch 64, SGD 0.1, f32: seconds per epoch.
    MlpMnist,
    /// 64-32-10, batch 32, Adam: steps per second.
    MlpTiny,
    /// 1024-1024-1024-10, batch 256, Adam: steps per second.
    MlpLarge,
    /// The mnist network on one row and on 256.
    Infer,
    /// The multiply-adds that the machine can do: the measure of all products.
    Peak,
    /// Products at network sizes and of squares, f32 and f64, beside other libraries where built
    /// with the feature `rivals`.
    Gemm,
    /// XᵀX and XᵀWX beside the whole product.
    Gram,
    /// A matrix times a vector beside reading the matrix.
    Gemv,
    /// exp, tanh, sigmoid, softmax and Adam's update, beside plain loops and a copy.
    Elementwise,
    /// Recording an operation on 1×1 matrices, and its backward.
    Tape,
    /// 20-16-16-1, tanh, 100 rows, f64: gradient, Hessian-vector product, Hessian.
    SecondOrder,
    /// Adam's update of 1e7 parameters beside the copy bandwidth.
    Adam,
    /// The same of every optimiser, and of some transformations.
    Optimisers,
    /// CG, L-BFGS, Newton and Newton-CG on Rosenbrock's valley and a quadratic of 1000 variables.
    Minimise,
    /// Networks of threshold units for a truth table of 16 inputs.
    Threshold,
    /// ROC AUC, average precision, log-loss, macro-F1 and confusion matrix of 1e6 rows, beside a sort.
    Metrics,
    /// Numbers read from a file into a matrix, beside the raw records of the csv crate; the memory
    /// that it takes.
    Csv,
    /// Cross-validation and the .632 bootstrap of a ridge regression, on one thread and on two.
    Resample,
    /// 100 points of a lasso's path on 10,000x500 and 200x5,000, to a relative gap of 1e-6, on one
    /// thread and on two, beside XᵀX and an Xᵀr for each point.
    LassoPath,
    /// Least squares of 100,000x100 with standard errors, on one thread and on two, beside XᵀX.
    Ols,
    /// Newton's method for a logistic regression of 100,000x50 with standard errors, on one thread and
    /// on two, beside an XᵀWX for each step.
    Logistic,
    /// Multinomial regression of five classes and 20,000x30, by Newton's method and along a lasso's path,
    /// on one thread and on two, beside an XᵀWX for each pair of classes.
    Multinomial,
}

/// [`Level`], as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LevelName {
    Portable,
    Avx2,
    Avx512,
}

impl LevelName {
    /// The level, if this machine has it.
    fn level(self) -> Result<Level, String> {
        let level = match self {
            Self::Portable => Level::Portable,
            Self::Avx2 => Level::Avx2,
            Self::Avx512 => Level::Avx512,
        };
        let detected = Level::detected();
        if level <= detected {
            Ok(level)
        } else {
            Err(format!("this machine has {detected:?} at best, not {level:?}"))
        }
    }
}

/// Measures, and prints each figure beside its floor.
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// What to measure; all if none is named.
    workloads: Vec<Workload>,
    /// Threads that products may use.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Instructions that `gemm` may use, where it then stands alone; the best of the machine if none
    /// are named.
    #[arg(long, value_enum)]
    level: Option<LevelName>,
    /// One JSON object a line instead of the table.
    #[arg(long)]
    json: bool,
    /// The folder with MNIST's four IDX files; without it the pixels are random and no accuracy is
    /// given.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let pool = match rayon::ThreadPoolBuilder::new().num_threads(args.threads.max(1)).build() {
        Ok(pool) => pool,
        Err(error) => {
            eprintln!("bench: cannot start {} threads: {error}", args.threads);
            return ExitCode::from(2);
        }
    };
    let all = Workload::value_variants();
    let chosen = if args.workloads.is_empty() { all } else { &args.workloads[..] };
    let report = Report::new(args.threads.max(1), args.json);
    for workload in chosen {
        let figures = pool.install(|| match workload {
            Workload::MlpMnist => mnist::measure(args.data.as_deref()),
            Workload::MlpTiny => Ok(steps::tiny()),
            Workload::MlpLarge => Ok(steps::large()),
            Workload::Infer => Ok(infer::measure()),
            Workload::Peak => Ok(peak::measure()),
            Workload::Gemm => {
                args.level.map_or(Ok(Level::detected()), LevelName::level).and_then(gemm::measure)
            }
            Workload::Gram => gram::measure(),
            Workload::Gemv => gemv::measure(),
            Workload::Elementwise => elementwise::measure(),
            Workload::Tape => Ok(tape::measure()),
            Workload::SecondOrder => second_order::measure(),
            Workload::Adam => optimisers::measure_adam(),
            Workload::Optimisers => optimisers::measure_all(),
            Workload::Minimise => minimise::measure(),
            Workload::Threshold => threshold::measure(),
            Workload::Metrics => metrics::measure(),
            Workload::Csv => csv_numbers::measure(),
            Workload::Resample => resample::measure(),
            Workload::LassoPath => lasso_path::measure(),
            Workload::Ols => ols::measure(),
            Workload::Logistic => logistic::measure(),
            Workload::Multinomial => multinomial::measure(),
        });
        match figures {
            Ok(figures) => report.print(workload_name(*workload), &figures),
            Err(problem) => {
                eprintln!("bench {}: {problem}", workload_name(*workload));
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::SUCCESS
}

fn workload_name(workload: Workload) -> &'static str {
    match workload {
        Workload::MlpMnist => "mlp-mnist",
        Workload::MlpTiny => "mlp-tiny",
        Workload::MlpLarge => "mlp-large",
        Workload::Infer => "infer",
        Workload::Peak => "peak",
        Workload::Gemm => "gemm",
        Workload::Gram => "gram",
        Workload::Gemv => "gemv",
        Workload::Elementwise => "elementwise",
        Workload::Tape => "tape",
        Workload::SecondOrder => "second-order",
        Workload::Adam => "adam",
        Workload::Optimisers => "optimisers",
        Workload::Minimise => "minimise",
        Workload::Threshold => "threshold",
        Workload::Metrics => "metrics",
        Workload::Csv => "csv",
        Workload::Resample => "resample",
        Workload::LassoPath => "lasso-path",
        Workload::Ols => "ols",
        Workload::Logistic => "logistic",
        Workload::Multinomial => "multinomial",
    }
}

type Figures = Vec<Figure>;
