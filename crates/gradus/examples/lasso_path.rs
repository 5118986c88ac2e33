//! The path of the lasso: which of ten measurements tell how diabetes goes on, and in which order.
//!
//! From a penalty at which every coefficient is 0 to one that hardly matters, features come in one by
//! one. Each point is proved to be optimal by its duality gap. Cross-validation says where to stop: at
//! the best mean, or at the simplest model within one standard error of it.
//!
//! The order of entry is that of the paper: bmi, ltg (s5), map (bp), hdl (s3), sex, glu (s6),
//! tc (s1), tch (s4), ldl (s2), age.
//!
//! Data: B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, *Least Angle Regression*, 2004.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::linear::PenalisedPath;
use gradus::prelude::*;

/// Characters from the largest λ to the smallest.
const WIDTH: usize = 50;

/// A line for each feature: blank while it is out, then the sign of its coefficient, in bold where
/// the coefficient times the feature's deviation is beyond 10.
fn plot(path: &PenalisedPath, x: &DMatrix<f64>) {
    for (j, name) in path.names.iter().enumerate() {
        let deviation = x.column(j).variance().sqrt();
        let mark = |place: usize| {
            let point = &path.points[place * (path.points.len() - 1) / (WIDTH - 1)];
            match point.coefficients[0][j] * deviation {
                0.0 => ' ',
                w if w > 10.0 => '#',
                w if w < -10.0 => '=',
                w if w > 0.0 => '+',
                _ => '-',
            }
        };
        println!("{name:>6} |{}|", (0..WIDTH).map(mark).collect::<String>());
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = data::diabetes();
    let rows: Vec<usize> = (0..table.rows()).collect();
    let encoder = Encoder { scaling: data::Scaling::None, ..Encoder::default() };
    let encoder = encoder.fit(&table, "progression", &rows)?;
    let x: DMatrix<f64> = encoder.transform(&table, &rows)?;
    let progression = table.column("progression")?;
    let y: Vec<f64> = rows.iter().filter_map(|&row| progression.number(row)).collect();
    let names: Vec<String> = encoder.feature_names();

    let design = Design::new(&x)?.with_names(names)?;
    let lasso = ElasticNet { penalty: Penalty::lasso(1.0), ..ElasticNet::default() };
    let choice = LambdaChoice::default();
    let chosen = lasso.cross_validate(&design, &y, &LambdaGrid::default(), &choice)?;
    let path = &chosen.path;
    assert!(path.is_converged());

    println!("coefficients from a strong penalty to a weak one (+ - small, # = beyond 10):\n");
    plot(path, &x);
    let order = path.order_of_entry();
    let names: Vec<&str> = order.iter().map(|&(j, _)| path.names[j].as_str()).collect();
    println!("\norder of entry: {}", names.join(", "));
    for rule in [LambdaRule::Best, LambdaRule::OneStandardError] {
        let fit = chosen.fit(rule)?;
        let kept: Vec<&str> = fit.point.selected().iter().map(|&j| fit.names[j].as_str()).collect();
        println!(
            "{rule:?}: lambda {:.3}, held-out squared error {:.0}, R² {:.3}, {} features: {}",
            fit.point.lambda,
            chosen.mean[chosen.point(rule)],
            fit.point.deviance_explained,
            kept.len(),
            kept.join(", ")
        );
    }
    let gap = path.points.iter().map(|point| point.certificate.relative_gap).fold(0.0, f64::max);
    println!("every one of {} points is optimal within 1e-9: {}", path.points.len(), gap <= 1e-9);
    Ok(())
}
