//! The inverse tangent, without branches.
//!
//! arctan t = arctan c + arctan((t − c)/(1 + c·t)) for the nearest c of 0, ½, 1, 1½ and ∞, so that
//! the power series has an argument below 7/16 (fdlibm's `s_atan.c`, FreeBSD's `s_atanf.c`).
#![allow(clippy::excessive_precision)] // Constants stand as they were published.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

macro_rules! arctangent {
    ($name:ident, $t:ident, $heads:ident, $rests:ident, $series:ident, $linear:literal) => {
        #[inline(always)]
        pub(super) fn $name(x: $t) -> $t {
            let t = x.abs();
            let region = |c: [$t; 5]| {
                let y = if t < 2.4375 { c[3] } else { c[4] };
                let y = if t < 1.1875 { c[2] } else { y };
                let y = if t < 0.6875 { c[1] } else { y };
                if t < 0.4375 { c[0] } else { y }
            };
            let top = region([t, 2.0 * t - 1.0, t - 1.0, t - 1.5, -1.0]);
            let bottom = region([1.0, 2.0 + t, 1.0 + t, t.mul_add(1.5, 1.0), t]);
            let u = top / bottom;
            let z = u * u;
            let mut sum = $series[$series.len() - 1];
            for k in (0..$series.len() - 1).rev() {
                sum = sum.mul_add(z, $series[k]);
            }
            let y = region($heads) + ((u * z).mul_add(-sum, region($rests)) + u);
            // The linear range, where u³ would be subnormal.
            let y = if t < $linear { t } else { y };
            y.copysign(x)
        }
    };
}

/// arctan c, and what rounding took from it.
const HEADS: [f64; 5] =
    [0.0, 4.636_476_090_008_060_935_15e-1, FRAC_PI_4, 9.827_937_232_473_290_540_82e-1, FRAC_PI_2];
const RESTS: [f64; 5] = [
    0.0,
    2.269_877_745_296_168_709_24e-17,
    3.061_616_997_868_383_017_93e-17,
    1.390_331_103_123_099_845_16e-17,
    6.123_233_995_736_766_035_87e-17,
];
/// u − arctan u = u³·Σ cₖ u²ᵏ.
const SERIES: [f64; 11] = [
    3.333_333_333_333_293_180_27e-1,
    -1.999_999_999_987_648_324_76e-1,
    1.428_571_427_250_346_637_11e-1,
    -1.111_111_040_546_235_578_80e-1,
    9.090_887_133_436_506_561_96e-2,
    -7.691_876_205_044_829_994_95e-2,
    6.661_073_137_387_531_206_69e-2,
    -5.833_570_133_790_573_486_45e-2,
    4.976_877_994_615_932_360_17e-2,
    -3.653_157_274_421_691_552_70e-2,
    1.628_582_011_536_578_236_23e-2,
];
arctangent!(atan, f64, HEADS, RESTS, SERIES, 1e-9);

const HEADS_SINGLE: [f32; 5] =
    [0.0, 4.636_476_039_9e-1, 7.853_981_256_5e-1, 9.827_936_887_7e-1, 1.570_796_251_3];
const RESTS_SINGLE: [f32; 5] =
    [0.0, 5.012_158_244_0e-9, 3.774_894_707_9e-8, 3.447_321_717_0e-8, 7.549_789_415_9e-8];
const SERIES_SINGLE: [f32; 5] = [
    3.333_332_836_6e-1,
    -1.999_915_838_2e-1,
    1.425_363_570_5e-1,
    -1.064_801_737_7e-1,
    6.168_760_731_8e-2,
];
arctangent!(atan_single, f32, HEADS_SINGLE, RESTS_SINGLE, SERIES_SINGLE, 1e-5);
