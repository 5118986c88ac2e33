//! McCulloch–Pitts networks compute every Boolean function and run every finite automaton.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_nn::NnError;
use gradus_nn::threshold::{AutomatonNetwork, Dfa, MOST_INPUTS, Network, TruthTable};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Asserts that a network has this function, both by the rows together and one by one.
fn assert_computes(network: &Network, table: &TruthTable, rows: impl Iterator<Item = usize>) {
    assert_eq!(network.truth_tables().unwrap(), std::slice::from_ref(table));
    let n = table.inputs();
    for row in rows {
        let x: Vec<bool> = (0..n).map(|i| row >> (n - 1 - i) & 1 == 1).collect();
        let expected = table.values().nth(row).unwrap();
        assert_eq!(network.evaluate(&x).unwrap(), [expected], "{x:?}");
        assert_eq!(table.value(&x), Ok(expected));
    }
}

#[test]
fn all_functions_of_up_to_three_inputs_row_by_row() {
    for inputs in 0..=3 {
        let rows = 1_usize << inputs;
        for function in 0..1_u32 << rows {
            let values: Vec<bool> = (0..rows).map(|row| function >> row & 1 == 1).collect();
            let table = TruthTable::new(inputs, &values).unwrap();
            assert_computes(&table.network(), &table, 0..rows);
            assert_computes(&table.minterm_network(), &table, 0..rows);
        }
    }
}

#[test]
fn all_65536_functions_of_four_inputs() {
    for function in 0..1_u32 << 16 {
        let values: [bool; 16] = std::array::from_fn(|row| function >> row & 1 == 1);
        let table = TruthTable::new(4, &values).unwrap();
        for network in [table.network(), table.minterm_network()] {
            for (row, expected) in values.iter().enumerate() {
                let x: [bool; 4] = std::array::from_fn(|i| row >> (3 - i) & 1 == 1);
                assert_eq!(network.evaluate(&x).unwrap(), [*expected], "{function:#x} {x:?}");
            }
            assert_eq!(network.truth_tables().unwrap(), std::slice::from_ref(&table));
            assert!(network.units().len() <= 9);
        }
    }
}

#[test]
fn random_functions_of_more_inputs_and_the_sizes_that_are_promised() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for inputs in [5, 6, 7, 9, 11] {
        let table = TruthTable::from_fn(inputs, |_| rng.random()).unwrap();
        let sample: Vec<usize> = (0..20).map(|_| rng.random_range(0..table.rows())).collect();
        let small = table.network();
        assert_computes(&small, &table, sample.iter().copied());
        let half = inputs / 2;
        assert!(small.units().len() <= (1 << half) + (1 << (inputs - half)) + 1);
        assert_eq!(small.depth(), 3);
        let wide = table.minterm_network();
        assert_computes(&wide, &table, sample.into_iter());
        assert!(wide.units().len() <= table.rows() / 2 + 1);
        assert_eq!(wide.depth(), 2);
    }
}

#[test]
fn sixteen_inputs_take_513_units() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let table = TruthTable::from_fn(MOST_INPUTS, |_| rng.random()).unwrap();
    let network = table.network();
    assert_eq!(network.units().len(), 513);
    assert_computes(&network, &table, (0..50).map(|_| rng.random_range(0..table.rows())));
}

#[test]
fn a_network_with_another_function_is_noticed() {
    let table = TruthTable::from_fn(6, |x| x[0] && x[5]).unwrap();
    let other = TruthTable::from_fn(6, |x| x[0] && (x[5] || x[1..5] == [true; 4])).unwrap();
    assert_ne!(other.network().truth_tables().unwrap(), [table]);
}

fn random_automaton(rng: &mut dyn Rng) -> Dfa {
    let states = rng.random_range(1..=12_usize);
    let symbols = rng.random_range(1..=4_usize);
    let mut rows = Vec::new();
    for _ in 0..states {
        rows.push((0..symbols).map(|_| rng.random_range(0..states)).collect());
    }
    let accepting: Vec<usize> = (0..states).filter(|_| rng.random_bool(0.4)).collect();
    Dfa::new(rows, rng.random_range(0..states), &accepting).unwrap()
}

#[test]
fn two_hundred_random_automata_on_two_hundred_random_words_each() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut accepted = 0;
    for _ in 0..200 {
        let dfa = random_automaton(&mut rng);
        let network = AutomatonNetwork::new(&dfa);
        assert_eq!(network.network().units().len(), dfa.states() * dfa.symbols() + 1);
        for word in 0..200 {
            let length = if word == 0 { 0 } else { rng.random_range(0..=24) };
            let word: Vec<usize> =
                (0..length).map(|_| rng.random_range(0..dfa.symbols())).collect();
            let expected = dfa.run(&word).unwrap();
            let found = network.run(&word).unwrap();
            assert_eq!(found.states, expected);
            let verdicts: Vec<bool> = expected.iter().map(|&q| dfa.is_accepting(q)).collect();
            assert_eq!(found.accepted, verdicts);
            assert_eq!(network.accepts(&word), dfa.accepts(&word));
            accepted += usize::from(dfa.accepts(&word).unwrap());
        }
    }
    assert!((4_000..36_000).contains(&accepted), "words of both kinds: {accepted} accepted");
}

/// The language is known without an automaton: numbers that `divisor` divides.
#[test]
fn divisibility_is_decided_as_arithmetic_says() {
    for divisor in 2..=7_usize {
        let rows = (0..divisor).map(|r| vec![2 * r % divisor, (2 * r + 1) % divisor]).collect();
        let network = AutomatonNetwork::new(&Dfa::new(rows, 0, &[0]).unwrap());
        for number in 0..200_usize {
            let word: Vec<usize> = (0..8).rev().map(|k| number >> k & 1).collect();
            assert_eq!(network.accepts(&word), Ok(number % divisor == 0), "{number} / {divisor}");
        }
        let error = network.accepts(&[0, 2]).unwrap_err();
        assert_eq!(error, NnError::UnknownSymbol { position: 1, symbol: 2, symbols: 2 });
    }
}
