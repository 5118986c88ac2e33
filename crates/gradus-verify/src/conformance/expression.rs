//! Expressions as text: Python's syntax, and the looser one of formulas.

use std::collections::BTreeMap;

use gradus_autograd::Var;
use gradus_linalg::Scalar;

use super::case::Stop;
use super::functions::Elementwise;

/// How an expression is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `**` is the power.
    Python,
    /// `^` is the power too, and factors may stand side by side: `100 (x - y)^2`.
    Formula,
}

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Number(f64),
    Name(String),
    Negative(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Call(String, Vec<Expression>),
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Name(String),
    Symbol(&'static str),
}

const SYMBOLS: [&str; 9] = ["**", "+", "-", "*", "/", "^", "(", ")", ","];

/// So deep an expression may be nested.
const DEPTH: usize = 200;
/// So many tokens it may have: it is evaluated recursively.
const LENGTH: usize = 4000;

impl Expression {
    /// Parses an expression.
    pub(super) fn parse(text: &str, syntax: Syntax) -> Result<Self, Stop> {
        let mut parser = Parser { tokens: tokens(text)?, at: 0, syntax, depth: 0 };
        let expression = parser.sum()?;
        match parser.tokens.get(parser.at) {
            None => Ok(expression),
            Some(token) => Err(unreadable(&format!("{token:?} after its end"))),
        }
    }

    /// Its value where each name has one.
    pub(super) fn evaluate<'t, T: Scalar>(
        &self,
        names: &BTreeMap<String, Var<'t, T>>,
    ) -> Result<Term<'t, T>, Stop> {
        Ok(match self {
            Self::Number(number) => Term::Number(*number),
            Self::Name(name) => match names.get(name) {
                Some(var) => Term::Var(*var),
                None => return Err(Stop::not_implemented(format!("name {name}"))),
            },
            Self::Negative(inner) => match inner.evaluate(names)? {
                Term::Number(number) => Term::Number(-number),
                Term::Var(var) => Term::Var(-var),
            },
            Self::Binary(operator, a, b) => {
                binary(*operator, a.evaluate(names)?, b.evaluate(names)?)?
            }
            Self::Call(name, arguments) => {
                let arguments: Vec<Term<'t, T>> = arguments
                    .iter()
                    .map(|argument| argument.evaluate(names))
                    .collect::<Result<_, _>>()?;
                call(name, &arguments)?
            }
        })
    }
}

/// A number, or something that can be differentiated.
#[derive(Clone, Copy, Debug)]
pub(super) enum Term<'t, T: Scalar> {
    Number(f64),
    Var(Var<'t, T>),
}

fn binary<'t, T: Scalar>(
    operator: Operator,
    a: Term<'t, T>,
    b: Term<'t, T>,
) -> Result<Term<'t, T>, Stop> {
    use Operator::{Add, Divide, Multiply, Power, Subtract};
    use Term::{Number, Var};
    Ok(match (operator, a, b) {
        (Add, Number(a), Number(b)) => Number(a + b),
        (Subtract, Number(a), Number(b)) => Number(a - b),
        (Multiply, Number(a), Number(b)) => Number(a * b),
        (Divide, Number(a), Number(b)) => Number(a / b),
        (Power, Number(a), Number(b)) => Number(a.powf(b)),
        (Add, Var(a), Var(b)) => Var(a + b),
        (Add, Var(a), Number(b)) | (Add, Number(b), Var(a)) => Var(a + b),
        (Subtract, Var(a), Var(b)) => Var(a - b),
        (Subtract, Var(a), Number(b)) => Var(a - b),
        (Subtract, Number(a), Var(b)) => Var(a - b),
        (Multiply, Var(a), Var(b)) => Var(a * b),
        (Multiply, Var(a), Number(b)) | (Multiply, Number(b), Var(a)) => Var(a * b),
        (Divide, Var(a), Var(b)) => Var(a / b),
        (Divide, Var(a), Number(b)) => Var(a / b),
        (Divide, Number(a), Var(b)) => Var(b.filled_like(a) / b),
        (Power, Var(a), Number(b)) => Var(power(a, b)),
        // xʸ = e^(y·ln x), for a positive base.
        (Power, Var(a), Var(b)) => Var((b * a.log()).exp()),
        (Power, Number(a), Var(b)) => Var((b * a.ln()).exp()),
    })
}

fn power<T: Scalar>(base: Var<'_, T>, exponent: f64) -> Var<'_, T> {
    if exponent == 0.5 {
        base.sqrt()
    } else if exponent.fract() == 0.0 && exponent.abs() <= f64::from(i32::MAX) {
        base.powi(exponent as i32)
    } else {
        base.powf(exponent)
    }
}

fn call<'t, T: Scalar>(name: &str, arguments: &[Term<'t, T>]) -> Result<Term<'t, T>, Stop> {
    let Some(like) = arguments.iter().find_map(|term| match term {
        Term::Var(var) => Some(*var),
        Term::Number(_) => None,
    }) else {
        return Err(Stop::not_implemented(format!("{name} of constants alone")));
    };
    let vars: Vec<Var<'t, T>> = arguments
        .iter()
        .map(|term| match term {
            Term::Var(var) => *var,
            Term::Number(number) => like.filled_like(*number),
        })
        .collect();
    Ok(Term::Var(match (name, vars.as_slice()) {
        ("exp", [x]) => x.exp(),
        ("log", [x]) => x.log(),
        ("sqrt", [x]) => x.sqrt(),
        ("abs", [x]) => x.abs(),
        ("square", [x]) => x.square(),
        ("sin", [x]) => x.sin(),
        ("cos", [x]) => x.cos(),
        ("expm1", [x]) => x.expm1(),
        ("log1p", [x]) => x.log1p(),
        ("erf", [x]) => x.erf(),
        ("maximum" | "max", [x, y]) => x.max(*y),
        ("minimum" | "min", [x, y]) => x.min(*y),
        (_, [x]) => Elementwise::by_name(name)?.apply(*x),
        _ => return Err(Stop::not_implemented(format!("{name} of {} arguments", vars.len()))),
    }))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    syntax: Syntax,
    depth: usize,
}

impl Parser {
    fn take(&mut self, symbol: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Symbol(s)) if *s == symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), Stop> {
        if self.take(symbol) { Ok(()) } else { Err(unreadable(&format!("no `{symbol}`"))) }
    }

    fn sum(&mut self) -> Result<Expression, Stop> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(unreadable("too deep a nesting"));
        }
        let mut left = self.product()?;
        loop {
            let operator = if self.take("+") {
                Operator::Add
            } else if self.take("-") {
                Operator::Subtract
            } else {
                self.depth -= 1;
                return Ok(left);
            };
            left = Expression::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Expression, Stop> {
        let mut left = self.signed()?;
        loop {
            let operator = if self.take("*") || self.side_by_side() {
                Operator::Multiply
            } else if self.take("/") {
                Operator::Divide
            } else {
                return Ok(left);
            };
            left = Expression::Binary(operator, Box::new(left), Box::new(self.signed()?));
        }
    }

    /// Whether a further factor follows without a sign.
    fn side_by_side(&self) -> bool {
        self.syntax == Syntax::Formula
            && matches!(
                self.tokens.get(self.at),
                Some(Token::Number(_) | Token::Name(_) | Token::Symbol("("))
            )
    }

    /// A sign binds less than a power: -x ** 2 is -(x ** 2).
    fn signed(&mut self) -> Result<Expression, Stop> {
        let mut negative = false;
        loop {
            if self.take("-") {
                negative = !negative;
            } else if !self.take("+") {
                break;
            }
        }
        let power = self.power()?;
        Ok(if negative { Expression::Negative(Box::new(power)) } else { power })
    }

    /// To the right: x ** 2 ** 3 is x ** (2 ** 3), and the exponent may have a sign.
    fn power(&mut self) -> Result<Expression, Stop> {
        let base = self.atom()?;
        let power = self.take("**") || (self.syntax == Syntax::Formula && self.take("^"));
        if !power {
            return Ok(base);
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(unreadable("too deep a nesting"));
        }
        let exponent = self.signed()?;
        self.depth -= 1;
        Ok(Expression::Binary(Operator::Power, Box::new(base), Box::new(exponent)))
    }

    fn atom(&mut self) -> Result<Expression, Stop> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        match token {
            Some(Token::Number(number)) => Ok(Expression::Number(number)),
            Some(Token::Symbol("(")) => {
                let inner = self.sum()?;
                self.expect(")")?;
                Ok(inner)
            }
            Some(Token::Name(name)) if self.calls() => {
                self.expect("(")?;
                let mut arguments = vec![self.sum()?];
                while self.take(",") {
                    arguments.push(self.sum()?);
                }
                self.expect(")")?;
                Ok(Expression::Call(name, arguments))
            }
            Some(Token::Name(name)) => Ok(Expression::Name(name)),
            Some(Token::Symbol(symbol)) => Err(unreadable(&format!("`{symbol}` where a value is"))),
            None => Err(unreadable("an early end")),
        }
    }

    fn calls(&self) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Symbol("(")))
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Stop> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() || first == '.' {
            let length = number_length(rest);
            let number = rest[..length].parse().map_err(|_| unreadable("a bad number"))?;
            tokens.push(Token::Number(number));
            length
        } else if first.is_alphabetic() || first == '_' {
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
            tokens.push(Token::Name(rest[..length].to_owned()));
            length
        } else {
            let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
            let symbol = symbol.ok_or_else(|| unreadable(&format!("`{first}`")))?;
            tokens.push(Token::Symbol(symbol));
            symbol.len()
        };
        if tokens.len() > LENGTH {
            return Err(unreadable(&format!("more than {LENGTH} tokens")));
        }
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// The length of the number at the start of a text: digits, a fraction, an exponent.
fn number_length(text: &str) -> usize {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(0);
    if text[length..].starts_with('.') {
        length += 1 + digits(length + 1);
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// A text that this parser cannot read asks for a syntax that is not implemented.
fn unreadable(what: &str) -> Stop {
    Stop::NotImplemented(format!("an expression with {what}"))
}

#[cfg(test)]
mod tests {
    use gradus_autograd::Tape;

    use super::*;

    fn value(text: &str, syntax: Syntax) -> Result<f64, Stop> {
        let tape = Tape::new();
        let names = [("x", 3.0), ("y", -2.0), ("x0", 5.0)];
        let names = names.into_iter().map(|(name, v)| (name.to_owned(), tape.scalar(v))).collect();
        match Expression::parse(text, syntax)?.evaluate(&names)? {
            Term::Number(number) => Ok(number),
            Term::Var(var) => Ok(var.item()),
        }
    }

    #[test]
    fn precedence_is_pythons() {
        // Values from Python 3 with x = 3, y = -2.
        for (text, expected) in [
            ("1 + 2 * x", 7.0),
            ("(1 + 2) * x", 9.0),
            ("-x ** 2", -9.0),
            ("2 ** 3 ** 2", 512.0),
            ("x ** -1 * 6", 2.0),
            ("x - y - 1", 4.0),
            ("12 / x / 2", 2.0),
            ("--x", 3.0),
            ("1e2 + .5 + 1.5e-1", 100.65),
            ("maximum(x, y) * 3 + minimum(x, y)", 7.0),
            ("relu(y) + abs(y)", 2.0),
            ("sqrt(x * x + 16)", 5.0),
            ("1 / (1 + x)", 0.25),
        ] {
            assert_eq!(value(text, Syntax::Python), Ok(expected), "{text}");
        }
    }

    #[test]
    fn formulas_multiply_side_by_side() {
        let formula = "(1 - x)^2 + 100 (y - x^2)^2 + 2 x0";
        assert_eq!(value(formula, Syntax::Formula), Ok(4.0 + 12100.0 + 10.0));
        assert!(value(formula, Syntax::Python).is_err());
    }

    #[test]
    fn what_is_unknown_is_not_implemented() {
        for text in ["besselj(x)", "z + 1", "x +", "(x", "x y", "x @ y", "f()", "", "1 2"] {
            let stop = value(text, Syntax::Python);
            assert!(matches!(stop, Err(Stop::NotImplemented(_))), "{text}: {stop:?}");
        }
        let deep = "(".repeat(100_000);
        assert!(matches!(value(&deep, Syntax::Python), Err(Stop::NotImplemented(_))));
        let long = format!("x{}", " + x".repeat(100_000));
        assert!(matches!(value(&long, Syntax::Python), Err(Stop::NotImplemented(_))));
        let signs = format!("{}x", "-".repeat(1001));
        assert_eq!(value(&signs, Syntax::Python), Ok(-3.0));
    }
}
