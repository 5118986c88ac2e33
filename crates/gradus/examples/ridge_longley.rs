//! Ridge against collinearity: Longley's economy of 1947 to 1962.
//!
//! Six series that all grow: least squares gives huge coefficients with doubtful signs (the national
//! product and the population seem to do harm), and each is uncertain. Ridge needs a little of λ for them to
//! settle; leave-one-out, in closed form from one decomposition, tells how much is worth its bias.
//!
//! Source: J. Longley, *An appraisal of least squares programs for the electronic computer from the point
//! of view of the user*, 1967; A. Hoerl, R. Kennard, *Ridge regression*, 1970.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::prelude::*;

const NAMES: [&str; 6] = ["deflator", "gnp", "unemployed", "forces", "population", "year"];

/// The series of NAMES, and the number of people employed.
const ECONOMY: [[f64; 7]; 16] = [
    [83.0, 234_289.0, 2356.0, 1590.0, 107_608.0, 1947.0, 60_323.0],
    [88.5, 259_426.0, 2325.0, 1456.0, 108_632.0, 1948.0, 61_122.0],
    [88.2, 258_054.0, 3682.0, 1616.0, 109_773.0, 1949.0, 60_171.0],
    [89.5, 284_599.0, 3351.0, 1650.0, 110_929.0, 1950.0, 61_187.0],
    [96.2, 328_975.0, 2099.0, 3099.0, 112_075.0, 1951.0, 63_221.0],
    [98.1, 346_999.0, 1932.0, 3594.0, 113_270.0, 1952.0, 63_639.0],
    [99.0, 365_385.0, 1870.0, 3547.0, 115_094.0, 1953.0, 64_989.0],
    [100.0, 363_112.0, 3578.0, 3350.0, 116_219.0, 1954.0, 63_761.0],
    [101.2, 397_469.0, 2904.0, 3048.0, 117_388.0, 1955.0, 66_019.0],
    [104.6, 419_180.0, 2822.0, 2857.0, 118_734.0, 1956.0, 67_857.0],
    [108.4, 442_769.0, 2936.0, 2798.0, 120_445.0, 1957.0, 68_169.0],
    [110.8, 444_546.0, 4681.0, 2637.0, 121_950.0, 1958.0, 66_513.0],
    [112.6, 482_704.0, 3813.0, 2552.0, 123_366.0, 1959.0, 68_655.0],
    [114.2, 502_601.0, 3931.0, 2514.0, 125_368.0, 1960.0, 69_564.0],
    [115.7, 518_173.0, 4806.0, 2572.0, 127_852.0, 1961.0, 69_331.0],
    [116.9, 554_894.0, 4007.0, 2827.0, 130_081.0, 1962.0, 70_551.0],
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let x = DMatrix::from_fn(16, 6, |i, j| ECONOMY[i][j]);
    let y: Vec<f64> = ECONOMY.iter().map(|year| year[6]).collect();
    let design = Design::new(&x)?.with_names(NAMES)?;

    let ols = Ols::default().fit(&design, &y)?;
    print!("least squares:\n{}", ols.table());
    let factors = ols.variance_inflation(&design)?;
    let worst = factors.iter().copied().fold(0.0, f64::max);
    println!(
        "largest variance inflation {worst:.0}, condition number {:.1e}\n",
        ols.condition_number
    );

    let deviation = |j: usize| {
        let column = x.column(j);
        let mean = column.mean();
        (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 16.0).sqrt()
    };
    let lambdas: Vec<f64> = std::iter::once(0.0)
        .chain((0..25).map(|k| 1e-6 * 10_f64.powf(f64::from(k) / 4.0)))
        .collect();
    let path = RidgeGrid::default().fit(&design, &y, &lambdas)?;
    println!("ridge trace: the effect of one standard deviation of each series, in thousands");
    print!("{:>9}", "lambda");
    for name in NAMES {
        print!(" {name:>10}");
    }
    println!(" {:>6} {:>9}", "df", "LOO error");
    for (k, point) in path.points.iter().enumerate() {
        if k % 2 == 0 {
            print!("{:9.1e}", point.lambda);
            for (j, w) in point.coefficients.iter().enumerate() {
                print!(" {:10.3}", w * deviation(j) / 1000.0);
            }
            println!(" {:6.2} {:9.0}", point.degrees_of_freedom, point.leave_one_out.sqrt());
        }
    }
    let best = path.best_by_leave_one_out();
    println!(
        "\nleave-one-out chooses λ = {:.1e}, GCV λ = {:.1e}: the error of prediction falls from {:.0} to {:.0}",
        best.lambda,
        path.best_by_gcv().lambda,
        path.points[0].leave_one_out.sqrt(),
        best.leave_one_out.sqrt()
    );
    Ok(())
}
