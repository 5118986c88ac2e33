//! Elementary functions of one `f64`, without branches, so that loops over them are vectorised.
#![allow(clippy::excessive_precision)] // Constants stand as they were published.

use std::f64::consts::LOG2_E;

pub(super) use super::arctangent::atan;
pub(super) use super::sine::{cos, sin};
use super::{Function, Rare, sine};

/// The way for arguments that a function without branches has none for.
pub(super) const fn rare(f: Function) -> Option<Rare<f64>> {
    match f {
        Function::Sin => Some(Rare { beyond: sine::BEYOND, of: libm::sin }),
        Function::Cos => Some(Rare { beyond: sine::BEYOND, of: libm::cos }),
        _ => None,
    }
}

/// 1.5·2⁵²: adding it rounds to an integer, which then stands in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 to 33 bits, so that its product with an exponent is exact, and the rest (fdlibm).
const LN2_HI: f64 = 6.931_471_803_691_238_164_90e-1;
const LN2_LO: f64 = 1.908_214_929_270_587_700_02e-10;
const MANTISSA: u64 = (1 << 52) - 1;
/// The bits of √½ and of 1.
const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
const ONE: u64 = 0x3ff0_0000_0000_0000;

/// 1/2!, 1/3!, …, 1/13!: the exponential's series, which is exact to 2⁻⁵⁷ for |r| ≤ ½ ln 2.
const EXP: [f64; 12] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// ln((1 + s)/(1 − s)) = 2s + s·z·P(z), z = s² (fdlibm's `e_log.c`).
const LOG: [f64; 7] = [
    6.666_666_666_666_735_130e-1,
    3.999_999_999_940_941_908e-1,
    2.857_142_874_366_239_149e-1,
    2.222_219_843_214_978_396e-1,
    1.818_357_216_161_805_012e-1,
    1.531_383_769_920_937_332e-1,
    1.479_819_860_511_658_591e-1,
];

/// Σ cₖ zᵏ.
#[inline(always)]
fn poly<const N: usize>(z: f64, c: [f64; N]) -> f64 {
    let mut sum = c[N - 1];
    for k in (0..N - 1).rev() {
        sum = sum.mul_add(z, c[k]);
    }
    sum
}

/// 2ᵏ for the integer k that stands in the low bits of k + [`ROUND`], −1022 ≤ k ≤ 1023.
#[inline(always)]
fn power_of_two(rounded: f64) -> f64 {
    f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52)
}

/// (eʳ − 1 − r)/r², the square being that of r: in pairs (Estrin's scheme), so that a single number
/// waits for four multiply-adds and not for eleven.
#[inline(always)]
fn exp_series(r: f64, square: f64) -> f64 {
    let pair = |k: usize| EXP[k + 1].mul_add(r, EXP[k]);
    let four = |k: usize| pair(k + 2).mul_add(square, pair(k));
    let fourth = square * square;
    four(8).mul_add(fourth * fourth, four(4).mul_add(fourth, four(0)))
}

/// n, r and a rest with x = n ln 2 + r + rest, |r| ≤ ½ ln 2.
#[inline(always)]
fn split_exponent(x: f64) -> (f64, f64, f64) {
    let n = x.mul_add(LOG2_E, ROUND) - ROUND;
    let (hi, lo) = (n.mul_add(-LN2_HI, x), n * LN2_LO);
    let r = hi - lo;
    (n, r, (hi - r) - lo)
}

/// n, r and q with x = n ln 2 + r + (a rest), |r| ≤ ½ ln 2, and eˣ = 2ⁿ(1 + (r + q)).
#[inline(always)]
fn reduce(x: f64) -> (f64, f64, f64) {
    let (n, r, rest) = split_exponent(x);
    let square = r * r;
    (n, r, square.mul_add(exp_series(r, square), rest))
}

/// eˣ, in two steps of scaling, so that subnormal results are rounded once.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let (n, r, q) = reduce(x);
    let half = n.mul_add(0.5, ROUND);
    let other = n - (half - ROUND) + ROUND;
    (1.0 + (r + q)) * power_of_two(half) * power_of_two(other)
}

#[inline(always)]
pub(super) fn exp_m1(x: f64) -> f64 {
    let y = if x > 710.0 { 710.0 } else { x };
    let y = if y < -50.0 { -50.0 } else { y };
    let (n, r, q) = reduce(y);
    // Half of the power of two, which is finite for the largest results too.
    let half = power_of_two(n - 1.0 + ROUND);
    let y = 2.0 * half.mul_add(q, half.mul_add(r, half - 0.5));
    // The linear range, where halves would lose subnormal bits and the sign of zero.
    if x.abs() < 1e-18 { x } else { y }
}

/// k and m with u = 2ᵏ·m, √½ ≤ m < √2, for normal u > 0.
#[inline(always)]
fn split(u: f64) -> (f64, f64) {
    let bits = u.to_bits().wrapping_add(ONE - SQRT_HALF);
    // An integer below 2⁵² becomes a float in the low bits of 2⁵².
    let k =
        f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    (k, f64::from_bits((bits & MANTISSA).wrapping_add(SQRT_HALF)))
}

/// k ln 2 + ln(1 + f) + c, for √½ ≤ 1 + f < √2.
#[inline(always)]
fn log_sum(k: f64, f: f64, c: f64) -> f64 {
    let s = f / (2.0 + f);
    let z = s * s;
    let half = 0.5 * f * f;
    s.mul_add(z.mul_add(poly(z, LOG), half), k.mul_add(LN2_LO, c)) - half + f + k * LN2_HI
}

#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    let small = x < f64::MIN_POSITIVE;
    let u = if small { x * 18_014_398_509_481_984.0 } else { x };
    let (k, m) = split(u);
    let y = log_sum(if small { k - 54.0 } else { k }, m - 1.0, 0.0);
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x == 0.0 { f64::NEG_INFINITY } else { y };
    if x < 0.0 { f64::NAN } else { y }
}

#[inline(always)]
pub(super) fn ln_1p(x: f64) -> f64 {
    let u = 1.0 + x;
    let (k, m) = split(u);
    // What rounding took from u, relative to it.
    let lost = if x < 1.0 { x - (u - 1.0) } else { 1.0 - (u - x) };
    let near = k == 0.0;
    let (f, c) = if near { (x, 0.0) } else { (m - 1.0, lost / u) };
    let y = log_sum(k, f, c);
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x == -1.0 { f64::NEG_INFINITY } else { y };
    let y = if x.abs() < 1e-18 { x } else { y };
    if x < -1.0 { f64::NAN } else { y }
}

/// Below 0.625 a rational function (Cephes' `tanh.c`), above it 1 − 2/(e²ˣ + 1).
#[inline(always)]
pub(super) fn tanh(x: f64) -> f64 {
    let a = x.abs();
    let z = a * a;
    let p = poly(
        z,
        [
            -1_614.687_684_417_084_479_52,
            -99.287_723_100_191_858_656_4,
            -0.964_399_179_425_052_238_628,
        ],
    );
    let q = poly(
        z,
        [
            4_844.063_053_251_254_860_48,
            2_235.488_390_601_004_485_83,
            112.811_678_491_632_931_402,
            1.0,
        ],
    );
    // e²ˣ + 1 = 2ⁿ(r + q) + (2ⁿ + 1), rounded once.
    let (n, r, e) = reduce(2.0 * if a > 22.0 { 22.0 } else { a });
    let power = power_of_two(n + ROUND);
    let above = power.mul_add(r + e, power + 1.0);
    let small = a < 0.625;
    let (base, top, bottom) = if small { (a, a * z * p, q) } else { (1.0, -2.0, above) };
    (base + top / bottom).copysign(x)
}

/// c/(c + c·e⁻ˣ) with c = 2⁻ᵏ, e⁻ˣ = 2ⁿ(1 + r + q), k = n between 0 and 1000: with c = 1 the sum would
/// overflow in the lower tail. A sum of two powers of two, r and q is rounded once, and so is the quotient,
/// subnormal or not.
#[inline(always)]
pub(super) fn sigmoid(x: f64) -> f64 {
    let t = if x < -746.0 { 746.0 } else { -x };
    let t = if t < -700.0 { -700.0 } else { t };
    let (n, r, rest) = split_exponent(t);
    let k = if n < 0.0 { 0.0 } else { n };
    let k = if k > 1000.0 { 1000.0 } else { k };
    let (c, power) = (power_of_two(ROUND - k), power_of_two(n - k + ROUND));
    let sum = c + power;
    // What rounding took from the powers' sum counts where the power is 1.
    let rest = rest + (c - (sum - power));
    let square = r * r;
    let q = square.mul_add(exp_series(r, square), rest);
    c / power.mul_add(r + q, sum)
}

#[inline(always)]
pub(super) fn softplus(x: f64) -> f64 {
    relu(x) + ln_1p(exp(-x.abs()))
}

#[inline(always)]
pub(super) fn relu(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x }
}

/// Numerator and denominator of fdlibm's four rational functions (`s_erf.c`): of x² below
/// 0.84375, of |x| − 1 below 1.25, and of 1/x² below 1/0.35 and above it.
const ERF_TOP: [[f64; 8]; 4] = [
    [
        1.283_791_670_955_125_585_61e-1,
        -3.250_421_072_470_014_993_70e-1,
        -2.848_174_957_559_851_047_66e-2,
        -5.770_270_296_489_441_591_57e-3,
        -2.376_301_665_665_016_260_84e-5,
        0.0,
        0.0,
        0.0,
    ],
    [
        -2.362_118_560_752_659_440_77e-3,
        4.148_561_186_837_483_316_66e-1,
        -3.722_078_760_357_013_238_47e-1,
        3.183_466_199_011_617_536_74e-1,
        -1.108_946_942_823_966_774_76e-1,
        3.547_830_432_561_823_593_71e-2,
        -2.166_375_594_868_790_843_00e-3,
        0.0,
    ],
    [
        -9.864_944_034_847_148_227_05e-3,
        -6.938_585_727_071_817_643_72e-1,
        -1.055_862_622_532_329_098_14e1,
        -6.237_533_245_032_600_603_96e1,
        -1.623_966_694_625_734_703_55e2,
        -1.846_050_929_067_110_359_94e2,
        -8.128_743_550_630_659_342_46e1,
        -9.814_329_344_169_145_485_92,
    ],
    [
        -9.864_942_924_700_099_285_97e-3,
        -7.992_832_376_805_230_065_74e-1,
        -1.775_795_491_775_475_198_89e1,
        -1.606_363_848_558_219_160_62e2,
        -6.375_664_433_683_896_277_22e2,
        -1.025_095_131_611_077_249_54e3,
        -4.835_191_916_086_513_970_19e2,
        0.0,
    ],
];
const ERF_BOTTOM: [[f64; 9]; 4] = [
    [
        1.0,
        3.979_172_239_591_553_528_19e-1,
        6.502_224_998_876_729_444_85e-2,
        5.081_306_281_875_765_627_76e-3,
        1.324_947_380_043_216_445_26e-4,
        -3.960_228_278_775_368_123_20e-6,
        0.0,
        0.0,
        0.0,
    ],
    [
        1.0,
        1.064_208_804_008_442_282_86e-1,
        5.403_979_177_021_710_489_37e-1,
        7.182_865_441_419_626_628_68e-2,
        1.261_712_198_087_616_421_12e-1,
        1.363_708_391_202_905_073_62e-2,
        1.198_449_984_679_910_741_70e-2,
        0.0,
        0.0,
    ],
    [
        1.0,
        1.965_127_166_743_925_712_92e1,
        1.376_577_541_435_190_426_00e2,
        4.345_658_774_752_292_288_21e2,
        6.453_872_717_332_678_803_36e2,
        4.290_081_400_275_678_333_86e2,
        1.086_350_055_417_794_351_34e2,
        6.570_249_770_319_281_701_35,
        -6.042_441_521_485_809_874_38e-2,
    ],
    [
        1.0,
        3.033_806_074_348_245_829_24e1,
        3.257_925_129_965_739_188_26e2,
        1.536_729_586_084_436_959_94e3,
        3.199_858_219_508_595_539_08e3,
        2.553_050_406_433_164_425_83e3,
        4.745_285_412_069_553_672_15e2,
        -2.244_095_244_658_581_833_62e1,
        0.0,
    ],
];

/// Coefficient k of the first of the regions that holds, or of the last.
#[inline(always)]
fn pick<const N: usize>([first, second, third]: [bool; 3], c: &[[f64; N]; 4], k: usize) -> f64 {
    let tail = if third { c[2][k] } else { c[3][k] };
    let tail = if second { c[1][k] } else { tail };
    if first { c[0][k] } else { tail }
}

#[inline(always)]
pub(super) fn erf(x: f64) -> f64 {
    /// fdlibm's split of erf on 0.84375 to 1.25.
    const MIDDLE: f64 = 8.450_629_115_104_675_292_97e-1;
    let a = x.abs();
    // NaN stays, and what is beyond 6 is 1 in any case.
    let a = if a > 6.0 { 6.0 } else { a };
    let (first, second, third) = (a < 0.84375, a < 1.25, a < 1.0 / 0.35);
    let square = a * a;
    let z = if first { square } else { a - 1.0 };
    let z = if second { z } else { 1.0 / square };
    let region = [first, second, third];
    let (mut top, mut bottom) = (pick(region, &ERF_TOP, 7), pick(region, &ERF_BOTTOM, 8));
    for k in (0..7).rev() {
        top = top.mul_add(z, pick(region, &ERF_TOP, k));
    }
    for k in (0..8).rev() {
        bottom = bottom.mul_add(z, pick(region, &ERF_BOTTOM, k));
    }
    let ratio = top / bottom;
    // The complement is at most 0.08 here, so its rounding error hardly matters.
    let far = 1.0 - exp(ratio - 0.5625 - square) / a;
    let y = if second { MIDDLE + ratio } else { far };
    let y = if first { a.mul_add(ratio, a) } else { y };
    y.copysign(x)
}
