use super::*;

const ALL: [Function; 12] = [
    Function::Exp,
    Function::ExpM1,
    Function::Ln,
    Function::Ln1p,
    Function::Tanh,
    Function::Sigmoid,
    Function::Softplus,
    Function::Erf,
    Function::Relu,
    Function::Sin,
    Function::Cos,
    Function::Atan,
];

/// The value in f64, good to far more than f32 holds.
fn exact(f: Function, x: f64) -> f64 {
    match f {
        Function::Exp => libm::exp(x),
        Function::ExpM1 => libm::expm1(x),
        Function::Ln => libm::log(x),
        Function::Ln1p => libm::log1p(x),
        Function::Tanh => libm::tanh(x),
        Function::Sigmoid if x < 0.0 => libm::exp(x) / (1.0 + libm::exp(x)),
        Function::Sigmoid => 1.0 / (1.0 + libm::exp(-x)),
        Function::Softplus => x.max(0.0) + libm::log1p(libm::exp(-x.abs())),
        Function::Erf => libm::erf(x),
        Function::Relu => x.max(0.0),
        Function::Sin => libm::sin(x),
        Function::Cos => libm::cos(x),
        Function::Atan => libm::atan(x),
    }
}

fn of<T: Scalar>(f: Function, x: T) -> T {
    let mut x = [x];
    T::apply_in_place(Level::detected(), f, &mut x);
    x[0]
}

/// The error in units in the last place of the f32 result.
fn ulps(got: f32, exact: f64) -> f64 {
    if got.is_nan() && exact.is_nan() || f64::from(got) == exact {
        return 0.0;
    }
    if exact.abs() > f64::from(f32::MAX) {
        return if f64::from(got) == exact.signum() * f64::INFINITY || got.abs() == f32::MAX {
            0.0
        } else {
            f64::INFINITY
        };
    }
    let exponent = exact.abs().log2().floor().max(-126.0);
    ((f64::from(got) - exact) / (exponent - 23.0).exp2()).abs()
}

#[test]
fn f32_is_within_two_ulp() {
    // A prime step visits every exponent and both signs.
    let x: Vec<f32> = (0..=u32::MAX).step_by(9973).map(f32::from_bits).collect();
    let mut y = vec![0.0; x.len()];
    for f in ALL {
        f32::apply(Level::detected(), f, &x, &mut y);
        for (&x, &y) in x.iter().zip(&y) {
            let exact = if x.is_nan() { f64::NAN } else { exact(f, f64::from(x)) };
            assert!(ulps(y, exact) <= 2.0, "{f:?}({x:e}) = {y:e}, not {exact:e}");
        }
    }
}

/// Lines of "function, x, y, y's rest": bits in hexadecimal, y + rest being the exact value to
/// 106 bits. Computed by mpmath 1.3 with 200 digits at every exponent, at random places
/// and around the kinks of the algorithms.
const TABLE: &str = include_str!("table.txt");

#[test]
fn f64_is_within_two_ulp() {
    let mut count = 0;
    for line in TABLE.lines() {
        let mut fields = line.split(' ');
        let name = fields.next().expect("a name");
        let f = ALL.into_iter().find(|f| format!("{f:?}") == name).expect("a function");
        let [x, y, rest] = std::array::from_fn(|_| {
            let bits = fields.next().expect("three numbers");
            f64::from_bits(u64::from_str_radix(bits, 16).expect("hexadecimal"))
        });
        let got = of(f, x);
        let ulp = f64::from_bits(y.abs().to_bits() + 1) - y.abs();
        let error = if y.is_finite() { ((got - y) - rest) / ulp } else { f64::from(got != y) };
        assert!(error.abs() <= 2.0, "{f:?}({x:e}) = {got:e}, not {y:e}: {error} ulp");
        count += 1;
    }
    assert!(count > 2000, "{count} lines");
}

#[test]
fn edges_are_exact() {
    let inf = f64::INFINITY;
    for (f, x, y) in [
        (Function::Exp, -inf, 0.0),
        (Function::Exp, inf, inf),
        (Function::Exp, 0.0, 1.0),
        (Function::Exp, -746.0, 0.0),
        (Function::Exp, 710.0, inf),
        (Function::ExpM1, -inf, -1.0),
        (Function::ExpM1, inf, inf),
        (Function::ExpM1, -0.0, -0.0),
        (Function::Ln, 0.0, -inf),
        (Function::Ln, -0.0, -inf),
        (Function::Ln, inf, inf),
        (Function::Ln, 1.0, 0.0),
        (Function::Ln, -1.0, f64::NAN),
        (Function::Ln1p, -1.0, -inf),
        (Function::Ln1p, inf, inf),
        (Function::Ln1p, -0.0, -0.0),
        (Function::Ln1p, -2.0, f64::NAN),
        (Function::Ln1p, -inf, f64::NAN),
        (Function::Ln, -inf, f64::NAN),
        (Function::Tanh, inf, 1.0),
        (Function::Tanh, -inf, -1.0),
        (Function::Tanh, -0.0, -0.0),
        (Function::Sigmoid, -inf, 0.0),
        (Function::Sigmoid, inf, 1.0),
        (Function::Sigmoid, 0.0, 0.5),
        (Function::Sigmoid, -745.0, 5e-324),
        (Function::Softplus, inf, inf),
        (Function::Softplus, -inf, 0.0),
        (Function::Softplus, 1e308, 1e308),
        (Function::Erf, inf, 1.0),
        (Function::Erf, -inf, -1.0),
        (Function::Erf, -0.0, -0.0),
        (Function::Relu, -inf, 0.0),
        (Function::Relu, inf, inf),
        (Function::Sin, inf, f64::NAN),
        (Function::Sin, -inf, f64::NAN),
        (Function::Sin, 0.0, 0.0),
        (Function::Sin, -0.0, -0.0),
        (Function::Cos, inf, f64::NAN),
        (Function::Cos, -inf, f64::NAN),
        (Function::Cos, -0.0, 1.0),
        (Function::Atan, -0.0, -0.0),
    ] {
        let same = |got: f64| got == y && got.is_sign_negative() == y.is_sign_negative();
        let got = of(f, x);
        assert!(same(got) || got.is_nan() && y.is_nan(), "{f:?}({x}) = {got}, not {y}");
        if x.abs() < 700.0 || x.is_infinite() {
            let got = f64::from(of(f, x as f32));
            assert!(same(got) || got.is_nan() && y.is_nan(), "{f:?}({x}f32) = {got}, not {y}");
        }
    }
    for f in ALL {
        assert!(of(f, f64::NAN).is_nan() && of(f, f32::NAN).is_nan(), "{f:?}(NaN)");
    }
}

#[test]
fn a_value_has_the_same_bits_everywhere_and_at_every_level() {
    let mut x: Vec<f64> = (0..601).map(|i| f64::from(i) * 0.31 - 91.7).collect();
    // Among them some that sine and cosine have another way for.
    x.iter_mut().skip(40).step_by(97).for_each(|x| *x *= 1e9);
    let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
    for f in ALL {
        for level in Level::available() {
            for (&x, &narrow) in x.iter().zip(&narrow) {
                let (a, b) = (f64::apply_one(level, f, x), of(f, x));
                assert!(a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(), "{f:?}({x})");
                let (a, b) = (f32::apply_one(level, f, narrow), of(f, narrow));
                assert!(a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(), "{f:?}({x}f32)");
            }
            for start in 0..20 {
                let (mut y, mut z) = (x.clone(), narrow.clone());
                f64::apply_in_place(level, f, &mut y[start..]);
                f32::apply_in_place(level, f, &mut z[start..]);
                for i in start..x.len() {
                    let (a, b) = (of(f, x[i]), of(f, narrow[i]));
                    assert!(
                        y[i].to_bits() == a.to_bits() || y[i].is_nan() && a.is_nan(),
                        "{f:?} {level:?} {i}"
                    );
                    assert!(
                        z[i].to_bits() == b.to_bits() || z[i].is_nan() && b.is_nan(),
                        "{f:?} {level:?} {i}"
                    );
                }
            }
        }
    }
}

/// sin and cos of 10³⁰⁰ and of the f32 next to 10³⁰, computed by mpmath with 400 digits.
#[test]
fn a_single_huge_number_is_reduced_too() {
    let one = |f: fn(&[f64], &mut [f64]), x: f64| {
        let mut y = [0.0];
        f(&[x], &mut y);
        y[0]
    };
    assert!((one(sin, 1e300) - -0.817_881_912_115_908_5).abs() < 1e-15);
    assert!((one(cos, 1e300) - -0.575_386_111_957_549_1).abs() < 1e-15);
    let mut y = [0.0_f32];
    sin(&[1e30_f32], &mut y);
    assert!((f64::from(y[0]) - -0.791_163_438_521_983_7).abs() < 1e-7);
}

#[test]
#[should_panic(expected = "Exp: 2 elements into 1")]
fn lengths_must_agree() {
    exp(&[0.0, 1.0], &mut [0.0]);
}
