//! Which options go with which model.

use crate::args::{ModelArg, ModelArgs};
use crate::error::CliError;

/// Refuses options that the model does not have.
pub(super) fn options(args: &ModelArgs, model: ModelArg) -> Result<(), CliError> {
    let (network, learning, linear) = (&args.network, &args.learning, &args.linear);
    let is_network = model == ModelArg::Network;
    let of_network = [
        ("--hidden", network.hidden.is_some()),
        ("--activation", network.activation.is_some()),
        ("--norm", network.norm.is_some()),
        ("--dropout", network.dropout.is_some()),
        ("--init", network.init.is_some()),
        ("--cost", args.cost.cost.is_some()),
        ("--label-smoothing", args.cost.label_smoothing.is_some()),
        ("--optimizer", learning.optimizer.is_some()),
        ("--lr", learning.lr.is_some()),
        ("--schedule", learning.schedule.is_some()),
        ("--warmup", learning.warmup.is_some()),
        ("--weight-decay", learning.weight_decay.is_some()),
        ("--l1", learning.l1.is_some()),
        ("--l2", learning.l2.is_some()),
        ("--clip-norm", learning.clip_norm.is_some()),
        ("--epochs", learning.epochs.is_some()),
        ("--batch-size", learning.batch_size.is_some()),
        ("--patience", learning.patience.is_some()),
    ];
    let svm = model == ModelArg::Svm;
    let penalised = model.is_penalised();
    // An option, whether it was given, whether the model has it, and which models do.
    let of_linear = [
        (
            "--lambda",
            linear.lambda.is_some(),
            penalised || svm,
            "lasso, ridge, elastic-net and svm",
        ),
        ("--l1-ratio", linear.l1_ratio.is_some(), model == ModelArg::ElasticNet, "elastic-net"),
        ("--c", linear.c.is_some(), svm, "svm"),
        ("--loss", linear.loss.is_some(), svm, "svm"),
        ("--penalise-intercept", linear.penalise_intercept, svm, "svm"),
        ("--firth", linear.firth, model == ModelArg::Logistic, "logistic"),
        ("--no-intercept", linear.no_intercept, !is_network, "a linear model"),
        ("--no-scaling", linear.no_scaling, penalised || svm, "lasso, ridge, elastic-net and svm"),
    ];
    let of_network = of_network.map(|(option, given)| (option, given, is_network, "a network"));
    let wrong = of_network.iter().chain(&of_linear).find(|(_, given, has, _)| *given && !has);
    if let Some((option, _, _, of)) = wrong {
        return Err(CliError::usage(format!(
            "{option} is for {of}, and the model is {}; leave it out, or choose another (--model)",
            model.name()
        )));
    }
    if linear.lambda.is_some() && linear.c.is_some() {
        return Err(CliError::usage(
            "--lambda and --c both say how strong the penalty is; leave one out",
        ));
    }
    if linear.lambda.is_none() && penalised {
        return Err(CliError::usage(
            "how strong is the penalty? Give --lambda; `gradus tune … --try lambda=log:0.001..1` looks \
             for it",
        ));
    }
    if svm && linear.lambda == Some(0.0) {
        return Err(CliError::usage(
            "--lambda 0 leaves a support vector machine without a margin; give a number above 0",
        ));
    }
    Ok(())
}
