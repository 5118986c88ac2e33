//! backprop.json: expressions with two derivatives, and networks with all their gradients.

use std::collections::BTreeMap;

use gradus_autograd::{Gradients, Parameter, Tape, Var};
use gradus_linalg::Scalar;
use gradus_nn::{Layer, Linear, Pass, Reduction};
use nalgebra::DMatrix;

use super::case::Stop;
use super::compare::{Checks, Computed, Tolerance};
use super::costs::CostFunction;
use super::expression::{Expression, Syntax, Term};
use super::fields::{self, Fields};
use super::functions::Elementwise;

pub(super) fn run<T: Scalar>(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let tolerance = Tolerance::read(&file.fields("tolerance")?)?;
    match case.text("kind")? {
        "expression" => expression::<T>(case, Checks::new(tolerance)),
        "mlp" => network::<T>(case, Checks::new(tolerance)),
        kind => Err(Stop::not_implemented(format!("kind {kind}"))),
    }
}

fn expression<T: Scalar>(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let expression = Expression::parse(case.text("expression")?, Syntax::Python)?;
    let inputs = case.fields("inputs")?;
    let tape = Tape::<T>::new();
    let mut names = BTreeMap::new();
    for name in inputs.keys() {
        let input = case.rounding().of(inputs.number(name)?);
        names.insert(name.to_owned(), tape.scalar(T::of(input)));
    }
    let Term::Var(y) = expression.evaluate(&names)? else {
        return Err(Stop::not_implemented("an expression without inputs"));
    };
    checks.check("value", y.item().to_f64(), case.value("value")?);
    let order: Vec<&String> = names.keys().collect();
    let wrt: Vec<Var<'_, T>> = names.values().copied().collect();
    let grads = tape.try_grad(y, &wrt).map_err(Stop::refused)?;
    let expected = case.value("grad")?;
    let by_name = |values: Vec<f64>| -> Computed {
        order.iter().map(|name| (*name).clone()).zip(values).collect()
    };
    let recorded = grads.iter().map(|g| g.item().to_f64()).collect();
    checks.check("grad (recorded)", by_name(recorded), expected);
    let eager = y.try_backward().map_err(Stop::refused)?;
    let eager = wrt.iter().map(|x| eager.item(*x).map_or(0.0, Scalar::to_f64)).collect();
    checks.check("grad", by_name(eager), expected);
    if let Some(second) = case.fields_or_none("second_derivatives")? {
        let mut hessian = Vec::new();
        for name in second.texts("order")? {
            let row = order.iter().position(|known| *known == name);
            let row = row.ok_or_else(|| {
                Stop::malformed("second_derivatives.order", "names of the inputs")
            })?;
            hessian.push(row);
        }
        let mut matrix: Vec<Vec<f64>> = Vec::new();
        for row in &hessian {
            let seconds = tape.try_grad(grads[*row], &wrt).map_err(Stop::refused)?;
            matrix.push(hessian.iter().map(|column| seconds[*column].item().to_f64()).collect());
        }
        checks.check("second_derivatives.matrix", matrix, second.value("matrix")?);
    }
    Ok(checks)
}

/// A network of a case, in the file's terms: weights are (outputs, inputs) there.
struct Case<T: Scalar> {
    layers: Vec<Linear<T>>,
    activations: Vec<Elementwise>,
    /// For each layer, what its output is multiplied by.
    masks: Vec<Option<DMatrix<T>>>,
    l1: f64,
    l2: f64,
}

impl<T: Scalar> Case<T> {
    fn read(case: &Fields<'_>, rows: usize) -> Result<Self, Stop> {
        let sizes = case.counts("sizes")?;
        let weights = case.list("weights")?;
        let biases = case.list("biases")?;
        let names = case.texts("activations")?;
        let depth = sizes.len().saturating_sub(1);
        if depth == 0 || [weights.len(), biases.len(), names.len()] != [depth; 3] {
            let wanted = "weights, biases and activations for each pair of sizes";
            return Err(Stop::malformed("sizes", wanted));
        }
        let rounding = case.rounding();
        let mut layers = Vec::new();
        for l in 0..depth {
            let weight = fields::matrix(&weights[l])
                .filter(|w| w.shape() == (sizes[l + 1], sizes[l]))
                .ok_or_else(|| Stop::malformed("weights", "matrices (outputs, inputs)"))?;
            let bias = fields::numbers(&biases[l])
                .filter(|bias| bias.len() == sizes[l + 1])
                .ok_or_else(|| Stop::malformed("biases", "a number for each output"))?;
            let weight = Parameter::new(rounding.matrix(&weight.transpose()));
            let bias = DMatrix::from_row_slice(1, bias.len(), &bias);
            let bias = Some(Parameter::new(rounding.matrix(&bias)));
            layers.push(Linear { weight, bias });
        }
        let mut masks = vec![None; depth];
        if let Some(dropout) = case.fields_or_none("dropout")? {
            for layer in dropout.keys() {
                let place = layer.parse::<usize>().ok().filter(|l| *l < depth);
                let place =
                    place.ok_or_else(|| Stop::malformed("dropout", "the numbers of layers"))?;
                let entry = dropout.fields(layer)?;
                let keep = 1.0 - entry.number("p")?;
                let mask = entry.matrix("mask")?;
                if mask.shape() != (rows, sizes[place + 1]) {
                    return Err(Stop::malformed("dropout", "masks in the shape of the outputs"));
                }
                masks[place] = Some((mask / keep).map(T::of));
            }
        }
        let activations = names.into_iter().map(Elementwise::by_name);
        Ok(Self {
            layers,
            activations: activations.collect::<Result<_, _>>()?,
            masks,
            l1: case.number("l1")?,
            l2: case.number("l2")?,
        })
    }

    /// Each layer's pre-activations and outputs.
    fn forward<'t>(&self, x: Var<'t, T>) -> (Vec<Var<'t, T>>, Vec<Var<'t, T>>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let mut a = x;
        for (l, layer) in self.layers.iter().enumerate() {
            let z = layer.forward(a, &mut Pass::eval());
            a = self.activations[l].apply(z);
            if let Some(mask) = &self.masks[l] {
                a = a * a.constant(mask.clone());
            }
            before.push(z);
            after.push(a);
        }
        (before, after)
    }

    /// l1·Σ|w| + ½·l2·Σw² over all weights.
    fn penalised<'t>(&self, cost: Var<'t, T>) -> Var<'t, T> {
        self.layers.iter().fold(cost, |mut cost, layer| {
            let w = cost.parameter(&layer.weight);
            if self.l1 != 0.0 {
                cost = cost + w.abs().sum() * self.l1;
            }
            if self.l2 != 0.0 {
                cost = cost + w.square().sum() * (0.5 * self.l2);
            }
            cost
        })
    }
}

/// The cost of an output by the file's names, which add one to those of losses.json.
fn data_loss<'t, T: Scalar>(case: &Fields<'_>, output: Var<'t, T>) -> Result<Var<'t, T>, Stop> {
    let name = case.text("loss")?;
    let over_rows = name == "half_mse_sum_over_outputs_mean_over_rows";
    let function =
        if over_rows { CostFunction::HalfSquaredError } else { CostFunction::by_name(name)? };
    let targets = function.targets("target", case.value("target")?, output.shape())?;
    let targets = targets.rounded(case.rounding());
    Ok(if over_rows {
        function.of(output, &targets, Reduction::Sum)? / output.rows() as f64
    } else {
        function.of(output, &targets, Reduction::Mean)?
    })
}

fn network<T: Scalar>(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let batch = case.rounding().matrix::<T>(&case.matrix("x")?);
    let net = Case::<T>::read(case, batch.nrows())?;
    // Whether there are biases; without, they are zero and have no gradient to compare.
    case.skip(&["bias"]);
    if net.layers[0].weight.value().nrows() != batch.ncols() {
        return Err(Stop::malformed("x", "a column for each input"));
    }
    let tape = Tape::<T>::new();
    let x = tape.variable(batch);
    let (before, after) = net.forward(x);
    let loss = data_loss(case, after[after.len() - 1])?;
    let total = net.penalised(loss);
    let expected = case.fields("expected")?;
    let lists = |vars: &[Var<'_, T>]| -> Vec<Computed> {
        vars.iter().map(|var| (&var.value()).into()).collect()
    };
    checks.check("pre_activations", lists(&before), expected.value("pre_activations")?);
    checks.check("layer_outputs", lists(&after), expected.value("layer_outputs")?);
    checks.check("data_loss", loss.item().to_f64(), expected.value("data_loss")?);
    checks.check("total_loss", total.item().to_f64(), expected.value("total_loss")?);
    let between = tape.try_grad(total, &before).map_err(Stop::refused)?;
    checks.check("grad_pre_activations", lists(&between), expected.value("grad_pre_activations")?);

    let eager = total.try_backward().map_err(Stop::refused)?;
    check_parameters(&mut checks, &expected, &net, "", &|parameter| of(&eager, parameter))?;
    let no_gradient = DMatrix::zeros(x.rows(), x.cols());
    checks.check("grad_x", eager.get(x).unwrap_or(&no_gradient), expected.value("grad_x")?);

    let recorded = |parameter: &Parameter<T>| {
        let grads = tape.try_grad(total, &[tape.parameter(parameter)]);
        grads.map(|grads| grads[0].value()).map_err(Stop::refused)
    };
    check_parameters(&mut checks, &expected, &net, " (recorded)", &recorded)?;
    let recorded = tape.try_grad(total, &[x]).map_err(Stop::refused)?[0].value();
    checks.check("grad_x (recorded)", &recorded, expected.value("grad_x")?);
    Ok(checks)
}

fn of<T: Scalar>(gradients: &Gradients<T>, parameter: &Parameter<T>) -> Result<DMatrix<T>, Stop> {
    let none = || Stop::refused("a parameter received no gradient");
    gradients.of(parameter).cloned().ok_or_else(none)
}

/// The gradient of a parameter, by one of the ways to compute it.
type GradientOf<'g, T> = &'g dyn Fn(&Parameter<T>) -> Result<DMatrix<T>, Stop>;

fn check_parameters<T: Scalar>(
    checks: &mut Checks,
    expected: &Fields<'_>,
    net: &Case<T>,
    how: &str,
    gradient: GradientOf<'_, T>,
) -> Result<(), Stop> {
    let (mut weights, mut biases) = (Vec::<Computed>::new(), Vec::<Computed>::new());
    for layer in &net.layers {
        weights.push((&gradient(&layer.weight)?.transpose()).into());
        if let Some(bias) = &layer.bias {
            biases.push(gradient(bias)?.as_slice().into());
        }
    }
    checks.check(&format!("grad_weights{how}"), weights, expected.value("grad_weights")?);
    if let Some(expected) = expected.optional("grad_biases") {
        checks.check(&format!("grad_biases{how}"), biases, expected);
    }
    Ok(())
}
