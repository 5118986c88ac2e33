//! Separability, mistake bounds and automata beside oracles that decide by trying everything.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_nn::threshold::{
    AutomatonNetwork, Dfa, PerceptronOutcome, PerceptronRule, Separation, linearly_separable,
    mistake_bound, widest_margin,
};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

type Point = [i64; 2];

/// Twice the signed area of a triangle: its sign tells on which side of the line ab c lies.
fn turn(a: Point, b: Point, c: Point) -> i64 {
    ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).signum()
}

/// Whether c, on the line ab, lies between its ends.
fn between(a: Point, b: Point, c: Point) -> bool {
    (0..2).all(|k| a[k].min(b[k]) <= c[k] && c[k] <= a[k].max(b[k]))
}

/// Whether two segments have a point in common; their ends may be one.
fn segments_meet([a, b]: [Point; 2], [c, d]: [Point; 2]) -> bool {
    let (abc, abd) = (turn(a, b, c), turn(a, b, d));
    let (cda, cdb) = (turn(c, d, a), turn(c, d, b));
    (abc != abd && cda != cdb && abc * abd <= 0 && cda * cdb <= 0 && (a != b) && (c != d))
        || (abc == 0 && between(a, b, c))
        || (abd == 0 && between(a, b, d))
        || (cda == 0 && between(c, d, a))
        || (cdb == 0 && between(c, d, b))
}

/// Whether a point lies in a triangle of three different directions, its edge included.
fn in_triangle([a, b, c]: [Point; 3], p: Point) -> bool {
    let turns = [turn(a, b, p), turn(b, c, p), turn(c, a, p)];
    turn(a, b, c) != 0 && (turns.iter().all(|&t| t >= 0) || turns.iter().all(|&t| t <= 0))
}

/// Whether the convex hulls of two sets in the plane meet: then an edge crosses an edge, or a point
/// of the one lies in a triangle of the other.
fn hulls_meet(a: &[Point], b: &[Point]) -> bool {
    let segments = |points: &[Point]| -> Vec<[Point; 2]> {
        points.iter().flat_map(|&p| points.iter().map(move |&q| [p, q])).collect()
    };
    let crossed = segments(a).iter().any(|&s| segments(b).iter().any(|&t| segments_meet(s, t)));
    let inside = |outer: &[Point], inner: &[Point]| {
        segments(outer).iter().any(|&[p, q]| {
            let triangles = || outer.iter().map(|&r| [p, q, r]);
            inner.iter().any(|&point| triangles().any(|triangle| in_triangle(triangle, point)))
        })
    };
    crossed || inside(a, b) || inside(b, a)
}

/// The distance of the origin from the convex hull of points in the plane that does not contain it.
fn distance_of_hull(points: &[[f64; 2]]) -> f64 {
    let to_segment = |p: [f64; 2], q: [f64; 2]| {
        let way = [q[0] - p[0], q[1] - p[1]];
        let length = way[0] * way[0] + way[1] * way[1];
        let along = if length == 0.0 { 0.0 } else { -(p[0] * way[0] + p[1] * way[1]) / length };
        let t = along.clamp(0.0, 1.0);
        (p[0] + t * way[0]).hypot(p[1] + t * way[1])
    };
    let pairs = points.iter().flat_map(|&p| points.iter().map(move |&q| (p, q)));
    pairs.map(|(p, q)| to_segment(p, q)).fold(f64::INFINITY, f64::min)
}

fn answer(x: &DMatrix<f64>, labels: &[bool]) -> bool {
    match linearly_separable(x, labels).unwrap() {
        Separation::Hyperplane(plane) => {
            assert_eq!(plane.proves(x, labels), Ok(true));
            true
        }
        Separation::Inseparable(certificate) => {
            assert_eq!(certificate.proves(x, labels), Ok(true));
            let used = certificate.weights.iter().filter(|weight| **weight > 0.0).count();
            assert!(used <= x.ncols() + 2, "{used} examples for {} features", x.ncols());
            false
        }
    }
}

fn labelled(points: &[(Vec<i64>, bool)], features: usize) -> (DMatrix<f64>, Vec<bool>) {
    let x = DMatrix::from_fn(points.len(), features, |i, j| points[i].0[j] as f64);
    (x, points.iter().map(|point| point.1).collect())
}

fn points(features: usize, most: usize) -> impl Strategy<Value = Vec<(Vec<i64>, bool)>> {
    let point = (prop::collection::vec(-4_i64..5, features), any::<bool>());
    prop::collection::vec(point, 1..most)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// In the plane: separable iff the hulls do not meet, by trying all edges and triangles.
    #[test]
    fn in_the_plane_separable_is_what_hulls_say(points in points(2, 12)) {
        let (x, labels) = labelled(&points, 2);
        let of = |class| -> Vec<Point> {
            let members = points.iter().filter(|(_, label)| *label == class);
            members.map(|(p, _)| [p[0], p[1]]).collect()
        };
        prop_assert_eq!(answer(&x, &labels), !hulls_meet(&of(true), &of(false)));
    }

    /// Kirchberger's theorem: two sets in n dimensions are separable iff every n + 2 of their points
    /// are.
    #[test]
    fn in_space_separable_is_what_every_five_points_say(points in points(3, 9)) {
        let (x, labels) = labelled(&points, 3);
        let n = points.len();
        let few = (0_u32..1 << n).filter(|set| set.count_ones() as usize == n.min(5));
        let all = few.map(|set| {
            let chosen: Vec<_> = (0..n).filter(|&i| set >> i & 1 == 1).map(|i| points[i].clone()).collect();
            let (x, labels) = labelled(&chosen, 3);
            answer(&x, &labels)
        });
        prop_assert_eq!(answer(&x, &labels), all.fold(true, |so_far, separable| so_far & separable));
    }

    /// With one feature the widest γ is the distance of the origin from a hull in the plane, which
    /// is found by trying all pairs; and no run of the rule makes more mistakes than (R/γ)².
    #[test]
    fn the_mistake_bound_is_that_of_the_widest_margin(points in points(1, 10)) {
        let (x, labels) = labelled(&points, 1);
        prop_assume!(answer(&x, &labels));
        let sign = |label: bool| if label { 1.0 } else { -1.0 };
        let extended: Vec<[f64; 2]> =
            points.iter().map(|(p, label)| [sign(*label) * p[0] as f64, sign(*label)]).collect();
        let (gamma, radius) = (
            distance_of_hull(&extended),
            extended.iter().fold(0.0_f64, |r, p| r.max(p[0].hypot(p[1]))),
        );
        let widest = widest_margin(&x, &labels).unwrap();
        prop_assert!(widest.bound.margin <= gamma * (1.0 + 1e-12));
        prop_assert!(gamma <= widest.upper * (1.0 + 1e-12));
        prop_assert!(widest.upper <= 1.0011 * widest.bound.margin, "{widest:?}");
        prop_assert!((widest.bound.radius - radius).abs() < 1e-12);
        let least = (radius / gamma).powi(2);
        let fit = PerceptronRule { max_epochs: 100_000, ..Default::default() }.fit(&x, &labels).unwrap();
        prop_assert!(fit.mistakes as f64 <= least * (1.0 + 1e-12), "{} of {least}", fit.mistakes);
        let PerceptronOutcome::Separated { bound: Some(bound), .. } = fit.outcome else {
            panic!("it is separable: {:?}", fit.outcome);
        };
        prop_assert!(bound.mistakes >= least * (1.0 - 1e-12));
        // Any other separating line promises no less.
        let Separation::Hyperplane(plane) = linearly_separable(&x, &labels).unwrap() else {
            panic!("it is separable");
        };
        let other = mistake_bound(&x, &labels, &DVector::from(plane.weights.clone()), plane.bias);
        prop_assert!(other.unwrap().mistakes >= least * (1.0 - 1e-12));
    }
}

/// All automata of one and two states over two symbols on all words of up to six symbols.
#[test]
fn every_small_automaton_on_every_short_word() {
    let words: Vec<Vec<usize>> = (0..=6_u32)
        .flat_map(|length| {
            (0..1_usize << length).map(move |w| (0..length).map(|k| w >> k & 1).collect())
        })
        .collect();
    for states in 1..=2_usize {
        for code in 0..states.pow(4) {
            let target = |place: u32| code / states.pow(place) % states;
            let rows: Vec<Vec<usize>> =
                (0..states as u32).map(|q| vec![target(2 * q), target(2 * q + 1)]).collect();
            for (start, accepting) in
                (0..states).flat_map(|start| (0..1_usize << states).map(move |set| (start, set)))
            {
                let finals: Vec<usize> = (0..states).filter(|&q| accepting >> q & 1 == 1).collect();
                let dfa = Dfa::new(rows.clone(), start, &finals).unwrap();
                let network = AutomatonNetwork::new(&dfa);
                for word in &words {
                    let end = word.iter().fold(start, |q, &symbol| rows[q][symbol]);
                    assert_eq!(
                        network.accepts(word),
                        Ok(finals.contains(&end)),
                        "{dfa:?} {word:?}"
                    );
                }
            }
        }
    }
}
