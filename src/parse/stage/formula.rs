//! Formulas: turns text into a tree of numbers, names and operators with their places.
//!
//! ```text
//! expression = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
//! sum        = product { ("+" | "-") product }
//! product    = unary { ("*" | "/") unary }
//! unary      = ( "-" | "+" ) unary | atom
//! atom       = number [ "%" | unit ] | currency ["-" | "+"] number [ unit ] | name | name "(" expression { "," expression } ")"
//!            | "(" expression ")"
//! ```
//!
//! Numbers are those of `syntax/number.rs`, and currencies those of `syntax/amount.rs`; in a list of arguments a comma
//! separates these.
//!
//! `resolve` looks up the names and units.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Comparison, Operator, exact_product};
use crate::parse::NumberError;
use crate::parse::syntax::amount::CurrencyRaw;
use crate::parse::syntax::node::{FromNode, Node, Reader};
use crate::parse::syntax::number::{Refused, decimal, number, number_length};
use crate::source::{Span, Spanned};

/// The deepest nesting of brackets and signs.
const MAX_DEPTH: u32 = 64;
/// The longest formula, in bytes.
const MAX_LENGTH: usize = 4096;

/// A formula as written.
#[derive(Clone, Debug)]
pub struct FormulaRaw {
    /// The root of the tree.
    pub root: Spanned<ExpressionRaw>,
    /// The place of the whole formula.
    pub span: Span,
    /// The text of the formula, if it differs from the text at its place.
    pub text: Option<Box<str>>,
}

/// A part of a formula.
#[derive(Clone, Debug)]
pub enum ExpressionRaw {
    /// A number without a unit; `5%` is 0.05.
    Number(Decimal),
    /// A number with a unit.
    Quantity(Decimal, Spanned<Box<str>>),
    /// A name, such as a driver.
    Name(Box<str>),
    /// The operand with the opposite sign.
    Negate(Box<Spanned<ExpressionRaw>>),
    /// An operator with its two operands.
    Binary(Operator, Box<[Spanned<ExpressionRaw>; 2]>),
    /// A comparison of two operands.
    Compare(Comparison, Box<[Spanned<ExpressionRaw>; 2]>),
    /// A function call: name and arguments.
    Call(Spanned<Box<str>>, Vec<Spanned<ExpressionRaw>>),
}

impl FromNode for FormulaRaw {
    fn placeholder(span: Span) -> Option<Self> {
        Some(Self { root: Spanned::new(ExpressionRaw::Number(Decimal::ZERO), span), span, text: None })
    }

    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let span = reader.span(&node);
        let text = reader.scalar(&node, "a number or a formula")?;
        let may_be_a_number = text.bytes().next_back().is_some_and(|last| last.is_ascii_digit());
        if may_be_a_number && let Ok(number) = decimal(&text) {
            let text = reader.text_span(&node).is_none().then(|| text.into());
            return Some(Self { root: Spanned::new(ExpressionRaw::Number(number), span), span, text });
        }
        let mapped = reader.text_span(&node).is_some();
        let text = text.into_owned();
        match Parser::new(&text, span, mapped).formula() {
            Ok(root) => Some(Self { root, span, text: (!mapped).then(|| text.into()) }),
            Err(diagnostic) => {
                reader.problems.push(*diagnostic);
                None
            }
        }
    }
}

/// A number of a formula as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiteralRaw {
    /// The number, without a percent sign or a unit: 60 of `60%`.
    pub number: Decimal,
    /// Whether a percent sign follows.
    pub is_percent: bool,
    /// The unit, if there is one.
    pub unit: Option<Box<str>>,
    /// The place of its digits.
    pub span: Span,
}

/// The numbers of a formula that is written at a place, in order; `None` if it is no formula.
pub fn literals(text: &str, place: Span) -> Option<Vec<LiteralRaw>> {
    let root = Parser::new(text, place, true).formula().ok()?;
    let mut found = Vec::new();
    let is_whole = collect(&root, &mut |node| {
        let written = text.get(node.span.start.checked_sub(place.start)? as usize..)?;
        let digit = written.find(|character: char| character.is_ascii_digit())?;
        let length = number_length(&written[digit..], true);
        let digits = &written[digit..digit + length];
        let (value, unit) = match &node.value {
            ExpressionRaw::Number(value) => (*value, None),
            ExpressionRaw::Quantity(value, unit) => (*value, Some(unit.value.clone())),
            _ => return None,
        };
        let number = number(digits).ok()?;
        let is_percent = number != value;
        let from = text.len() - written.len() + digit;
        let span = place.within(from, from + length);
        found.push(LiteralRaw { number, is_percent, unit, span });
        Some(())
    });
    is_whole.map(|()| found)
}

/// Calls `each` for every number of a tree, in order; `None` if it refuses one.
fn collect(node: &Spanned<ExpressionRaw>, each: &mut dyn FnMut(&Spanned<ExpressionRaw>) -> Option<()>) -> Option<()> {
    match &node.value {
        ExpressionRaw::Number(_) | ExpressionRaw::Quantity(..) => each(node),
        ExpressionRaw::Name(_) => Some(()),
        ExpressionRaw::Negate(inner) => collect(inner, each),
        ExpressionRaw::Binary(_, operands) | ExpressionRaw::Compare(_, operands) => {
            operands.iter().try_for_each(|operand| collect(operand, each))
        }
        ExpressionRaw::Call(_, arguments) => arguments.iter().try_for_each(|argument| collect(argument, each)),
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'t> {
    Number(&'t str),
    Word(&'t str),
    /// The sign of a currency.
    Sign(&'t str),
    Operator(Operator),
    Compare(Comparison),
    Percent,
    Open,
    Close,
    Comma,
    End,
}

struct Parser<'t> {
    text: &'t str,
    base: Span,
    /// Whether offsets in `text` map directly to the source.
    mapped: bool,
    token: Token<'t>,
    start: usize,
    end: usize,
    depth: u32,
    /// How many lists of arguments are open.
    lists: u32,
}

type Parsed<T> = Result<T, Box<Diagnostic>>;

impl<'t> Parser<'t> {
    fn new(text: &'t str, base: Span, mapped: bool) -> Self {
        Self { text, base, mapped, token: Token::End, start: 0, end: 0, depth: 0, lists: 0 }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        if self.mapped { self.base.within(start, end) } else { self.base }
    }

    fn here(&self) -> Span {
        self.span(self.start, self.end)
    }

    fn error<T>(span: Span, message: impl Into<String>, label: &str) -> Parsed<T> {
        let diagnostic = Diagnostic::at(Code::InvalidFormula, span, message, label);
        Err(Box::new(
            diagnostic.help("write a formula like `clamp(ceil(customers / 50), 2, 10)` or `customers * 5 GB`"),
        ))
    }

    fn formula(&mut self) -> Parsed<Spanned<ExpressionRaw>> {
        if self.text.len() > MAX_LENGTH {
            return Self::error(self.base, format!("the formula is longer than {MAX_LENGTH} bytes"), "");
        }
        self.advance()?;
        let root = self.expression()?;
        match self.token {
            Token::End => Ok(root),
            Token::Number(_) => Self::error(self.here(), "unexpected number after the formula", "not expected here")
                .map_err(|wrong| Box::new(wrong.help("write the digits of a number together: `1250` or `1_250`"))),
            _ => Self::error(self.here(), "unexpected text after the formula", "not expected here"),
        }
    }

    fn advance(&mut self) -> Parsed<()> {
        let bytes = self.text.as_bytes();
        let rest = &self.text[self.end..];
        let start = self.end + (rest.len() - rest.trim_start().len());
        let at = |offset: usize| bytes.get(start + offset).copied().unwrap_or(0);
        let (token, length) = match at(0) {
            0 if start >= bytes.len() => (Token::End, 0),
            b'0'..=b'9' => {
                let length = number_length(&self.text[start..], self.lists > 0);
                (Token::Number(&self.text[start..start + length]), length)
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                let length = bytes[start..].iter().take_while(|byte| is_part(byte)).count();
                // A code next to its amount: `EUR25`. No name begins with a capital letter.
                let code =
                    self.text.get(start..start + 3).filter(|code| code.bytes().all(|byte| byte.is_ascii_uppercase()));
                if at(length) == b'$' {
                    (Token::Sign(&self.text[start..=start + length]), length + 1)
                } else if let Some(code) =
                    code.filter(|code| at(3).is_ascii_digit() && CurrencyRaw::parse(code).is_ok())
                {
                    (Token::Sign(code), 3)
                } else {
                    (Token::Word(&self.text[start..start + length]), length)
                }
            }
            b'+' => (Token::Operator(Operator::Add), 1),
            b'-' => (Token::Operator(Operator::Subtract), 1),
            b'*' => (Token::Operator(Operator::Multiply), 1),
            b'/' => (Token::Operator(Operator::Divide), 1),
            b'<' if at(1) == b'=' => (Token::Compare(Comparison::LessOrEqual), 2),
            b'<' => (Token::Compare(Comparison::Less), 1),
            b'>' if at(1) == b'=' => (Token::Compare(Comparison::GreaterOrEqual), 2),
            b'>' => (Token::Compare(Comparison::Greater), 1),
            b'=' if at(1) == b'=' => (Token::Compare(Comparison::Equal), 2),
            b'!' if at(1) == b'=' => (Token::Compare(Comparison::NotEqual), 2),
            b'%' => (Token::Percent, 1),
            b'(' => (Token::Open, 1),
            b')' => (Token::Close, 1),
            b',' => (Token::Comma, 1),
            b'.' if at(1).is_ascii_digit() => {
                let length = 1 + number_length(&self.text[start + 1..], self.lists > 0);
                (Token::Number(&self.text[start..start + length]), length)
            }
            _ => {
                let character = self.text[start..].chars().next().unwrap_or(' ');
                let sign = &self.text[start..start + character.len_utf8()];
                if CurrencyRaw::is_sign(sign) {
                    (self.token, self.start, self.end) = (Token::Sign(sign), start, start + sign.len());
                    return Ok(());
                }
                let span = self.span(start, start + character.len_utf8());
                return Self::error(span, format!("`{character}` has no meaning in a formula"), "this character");
            }
        };
        (self.token, self.start, self.end) = (token, start, start + length);
        Ok(())
    }

    fn expression(&mut self) -> Parsed<Spanned<ExpressionRaw>> {
        let left = self.sum()?;
        let Token::Compare(comparison) = self.token else { return Ok(left) };
        self.advance()?;
        let right = self.sum()?;
        let span = left.span.to(right.span);
        Ok(Spanned::new(ExpressionRaw::Compare(comparison, Box::new([left, right])), span))
    }

    fn sum(&mut self) -> Parsed<Spanned<ExpressionRaw>> {
        self.chain(|operator| matches!(operator, Operator::Add | Operator::Subtract), Self::product)
    }

    fn product(&mut self) -> Parsed<Spanned<ExpressionRaw>> {
        self.chain(|operator| matches!(operator, Operator::Multiply | Operator::Divide), Self::unary)
    }

    /// Parses operands of one precedence, left to right.
    fn chain(
        &mut self,
        belongs: impl Fn(Operator) -> bool,
        operand: impl Fn(&mut Self) -> Parsed<Spanned<ExpressionRaw>>,
    ) -> Parsed<Spanned<ExpressionRaw>> {
        let mut left = operand(self)?;
        let mut links = 0;
        while let Token::Operator(operator) = self.token
            && belongs(operator)
        {
            links += 1;
            if links > MAX_DEPTH * 4 {
                return Self::error(self.here(), "the formula has too many terms", "from here on");
            }
            self.advance()?;
            let right = operand(self)?;
            let span = left.span.to(right.span);
            left = Spanned::new(ExpressionRaw::Binary(operator, Box::new([left, right])), span);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Spanned<ExpressionRaw>> {
        if self.depth >= MAX_DEPTH {
            return Self::error(self.here(), "the formula nests too deeply", "deeper than 64 here");
        }
        self.depth += 1;
        let parsed = match self.token {
            Token::Operator(Operator::Subtract) => {
                let start = self.here();
                self.advance()?;
                let inner = self.unary()?;
                let span = start.to(inner.span);
                Spanned::new(ExpressionRaw::Negate(Box::new(inner)), span)
            }
            Token::Operator(Operator::Add) => {
                self.advance()?;
                self.unary()?
            }
            _ => self.atom()?,
        };
        self.depth -= 1;
        Ok(parsed)
    }

    fn atom(&mut self) -> Parsed<Spanned<ExpressionRaw>> {
        let span = self.here();
        match self.token {
            Token::Number(text) => self.number(text, span),
            Token::Sign(sign) => {
                self.advance()?;
                self.money(Spanned::new(sign, span))
            }
            Token::Word(word) => {
                self.advance()?;
                if self.token == Token::Open {
                    return self.call(Spanned::new(word.into(), span));
                }
                if matches!(self.token, Token::Number(_)) && CurrencyRaw::parse(word).is_ok() {
                    return self.money(Spanned::new(word, span));
                }
                Ok(Spanned::new(ExpressionRaw::Name(word.into()), span))
            }
            Token::Open => {
                self.advance()?;
                let inner = self.expression()?;
                let span = span.to(self.close()?);
                Ok(Spanned::new(inner.value, span))
            }
            Token::End => Self::error(span, "the formula ends where a value is expected", "a value is missing here"),
            _ => Self::error(span, "expected a value", "not a value"),
        }
    }

    /// A number after its currency; the currency may be repeated after the number.
    fn money(&mut self, currency: Spanned<&str>) -> Parsed<Spanned<ExpressionRaw>> {
        let is_negative = self.token == Token::Operator(Operator::Subtract);
        if is_negative || self.token == Token::Operator(Operator::Add) {
            self.advance()?;
        }
        let Token::Number(text) = self.token else {
            return Self::error(self.here(), "expected an amount after the currency", "not a number");
        };
        let amount = self.amount_in(currency, text)?;
        if !is_negative {
            return Ok(amount);
        }
        let span = amount.span;
        Ok(Spanned::new(ExpressionRaw::Negate(Box::new(amount)), span))
    }

    /// A number whose currency was read.
    fn amount_in(&mut self, currency: Spanned<&str>, text: &str) -> Parsed<Spanned<ExpressionRaw>> {
        let number = self.number(text, self.here())?;
        let span = currency.span.to(number.span);
        let unit = Spanned::new(currency.value.into(), currency.span);
        match number.value {
            ExpressionRaw::Number(number) => Ok(Spanned::new(ExpressionRaw::Quantity(number, unit), span)),
            ExpressionRaw::Quantity(number, after) => {
                let both = (CurrencyRaw::parse(&unit.value), CurrencyRaw::parse(&after.value));
                match both {
                    (Ok(before), Ok(written)) if before.is_same(written) => {
                        Ok(Spanned::new(ExpressionRaw::Quantity(number, after), span))
                    }
                    _ => Self::error(
                        after.span,
                        format!("`{}` after `{}`", after.value, unit.value),
                        "which of the two?",
                    ),
                }
            }
            _ => Self::error(span, "expected an amount of money", ""),
        }
    }

    fn number(&mut self, text: &str, span: Span) -> Parsed<Spanned<ExpressionRaw>> {
        let number = match number(text) {
            Ok(number) => number,
            Err(refused) => return Err(Box::new(refused.at(Code::InvalidNumber, span, "a number"))),
        };
        let after = self.end;
        self.advance()?;
        match self.token {
            Token::Percent => {
                let span = span.to(self.here());
                self.advance()?;
                match exact_product(number, Decimal::new(1, 2)) {
                    Some(number) => Ok(Spanned::new(ExpressionRaw::Number(number), span)),
                    None => Self::error(span, NumberError::TooManyDigits.to_string(), ""),
                }
            }
            // `0x10` is no count of `x10`.
            Token::Word(word) if self.start == after && word.bytes().any(|byte| byte.is_ascii_digit()) => {
                let span = span.to(self.here());
                Err(Box::new(Refused::from(NumberError::NotANumber).at(Code::InvalidNumber, span, "a number")))
            }
            Token::Word(unit) | Token::Sign(unit) => {
                let unit = Spanned::new(unit.into(), self.here());
                self.advance()?;
                let span = span.to(unit.span);
                Ok(Spanned::new(ExpressionRaw::Quantity(number, unit), span))
            }
            _ => Ok(Spanned::new(ExpressionRaw::Number(number), span)),
        }
    }

    fn call(&mut self, name: Spanned<Box<str>>) -> Parsed<Spanned<ExpressionRaw>> {
        self.lists += 1;
        self.advance()?;
        let mut arguments = vec![self.expression()?];
        while self.token == Token::Comma {
            self.advance()?;
            arguments.push(self.expression()?);
        }
        self.lists -= 1;
        let span = name.span.to(self.close()?);
        Ok(Spanned::new(ExpressionRaw::Call(name, arguments), span))
    }

    fn close(&mut self) -> Parsed<Span> {
        let span = self.here();
        if self.token != Token::Close {
            let missing = Diagnostic::at(Code::InvalidFormula, span, "a closing bracket is missing", "expected `)`");
            let in_flow = "quote a formula with commas: inside `{ }` and `[ ]` a comma ends a value";
            return Err(Box::new(if self.token == Token::End { missing.help(in_flow) } else { missing }));
        }
        self.advance()?;
        Ok(span)
    }
}
