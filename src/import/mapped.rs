//! Applies a mapping to an answer: records become prices.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::import::imported::{ChargeShape, ImportedAmount, ImportedCharge, ImportedList, ImportedPrice, ImportedSku};
use crate::import::measure::measure;
use crate::import::record::{Record, is_like, records};
use crate::import::sku_name::sku_name;
use crate::model::{Currency, exact_product};
use crate::parse::syntax::node::Node;
use crate::parse::{MappedAmountRaw, MappedChargeRaw, MappedRecordRaw, Mapping, PriceMappingRaw, ScalarOr, decimal};
use crate::source::{Spanned, Text};

/// What is requested of an import besides the answers.
#[derive(Clone, Debug)]
pub(crate) struct ImportTerms<'a> {
    /// The vendor's id; `None` for every vendor of the answer.
    pub(crate) vendor: Option<&'a str>,
    /// The vendor's id where the answer names none.
    pub(crate) vendor_of_answer: &'a str,
    /// The day on which the answers were read, if they do not say it.
    pub(crate) day: Date,
    /// Which records are wanted: names of their values with patterns.
    pub(crate) select: &'a [(String, String)],
}

/// What was found in answers.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) list: ImportedList,
    /// How many records there were, wanted or not.
    pub(crate) records: usize,
    /// How many of them have no price.
    pub(crate) without_price: usize,
    /// Whether there are further pages that were not given.
    pub(crate) has_more: bool,
}

type Amount = ScalarOr<Spanned<String>, MappedAmountRaw>;

/// Adds the prices of an answer. Reports what cannot be read.
pub(crate) fn add_answer(
    mapping: &PriceMappingRaw,
    root: &Node,
    text: Text<'_>,
    stem: &str,
    terms: &ImportTerms<'_>,
    found: &mut Found,
    problems: &mut Problems,
) {
    for kind in &mapping.records {
        for path in &kind.at {
            for record in records(root, &path.value, text, stem) {
                if is_wanted(kind, &record) {
                    Reading { mapping, kind, record: &record, terms, problems }.add(found);
                }
            }
        }
    }
    let is_there = |path: &Spanned<String>| {
        records(root, "", text, stem)
            .first()
            .and_then(|whole| whole.text_at(&path.value))
            .is_some_and(|next| next != "false")
    };
    found.has_more |= mapping.further_pages.as_ref().is_some_and(is_there);
}

fn is_wanted(kind: &MappedRecordRaw, record: &Record<'_>) -> bool {
    let conditions = kind.r#where.iter().flat_map(|conditions| &conditions.entries);
    conditions.into_iter().all(|(path, pattern)| record.matches(&path.value, &pattern.value))
}

/// Whether a value matches what is selected; several patterns are separated by `|`.
pub(crate) fn is_selected(pattern: &str, value: &str) -> bool {
    pattern.split('|').any(|pattern| is_like(pattern, value))
}

struct Reading<'r, 'n> {
    mapping: &'r PriceMappingRaw,
    kind: &'r MappedRecordRaw,
    record: &'r Record<'n>,
    terms: &'r ImportTerms<'r>,
    problems: &'r mut Problems,
}

impl Reading<'_, '_> {
    fn add(mut self, found: &mut Found) {
        let before = self.problems.len();
        let Some(vendor) = self.vendor() else { return };
        found.records += 1;
        let select = self.terms.select;
        if !select
            .iter()
            .all(|(path, pattern)| self.record.text_at(path).is_some_and(|text| is_selected(pattern, text)))
        {
            return;
        }
        let sku = self.sku(vendor);
        if self.problems.len() > before {
            return;
        }
        let Some(mut sku) = sku else {
            found.without_price += 1;
            return;
        };
        let is_tier = self.kind.charges.iter().any(|charge| charge.tier_from.is_some());
        let is_market = self.kind.market.unwrap_or(false);
        if found.list.add(sku.clone(), is_tier, is_market).is_ok() {
            return;
        }
        // A region that differs from those with which it usually counts as one.
        if let (Some((name, _)), Some(region)) = (sku.in_region.clone(), self.text(self.kind.region.as_ref())) {
            sku.sku = sku_name(&format!("{name}-{region}"), &[]);
            sku.in_region = Some((name, region));
            if found.list.add(sku.clone(), is_tier, is_market).is_ok() {
                return;
            }
        }
        let message = format!("the answer has two different prices for `{}`", sku.sku);
        let diagnostic = Diagnostic::at(Code::OtherAnswer, self.record.span(), message, "the second one");
        self.problems.push(diagnostic.help("choose one with `--select NAME=VALUE`, by a value of the records"));
    }

    /// The vendor of the record; `None` if it is another than the requested one.
    fn vendor(&self) -> Option<String> {
        let vendor = match &self.mapping.vendor {
            Some(template) => {
                let written = self.record.filled(&template.value)?;
                let known = self.mapping.vendors.iter().flat_map(|vendors| &vendors.entries);
                let known = known.into_iter().find(|(name, _)| name.value == written);
                known.map_or_else(|| sku_name(&written, &[]), |(_, id)| sku_name(&id.value, &[]))
            }
            None => self.terms.vendor_of_answer.to_owned(),
        };
        self.terms.vendor.is_none_or(|wanted| wanted == vendor).then_some(vendor)
    }

    fn text(&self, template: Option<&Spanned<String>>) -> Option<String> {
        let text = self.record.filled(&template?.value)?;
        let plain: String = text.chars().map(|sign| if sign.is_whitespace() { ' ' } else { sign }).collect();
        let plain: String = plain.chars().filter(|sign| !crate::source::acts_on_terminal(*sign)).take(300).collect();
        Some(plain.trim().to_owned()).filter(|plain| !plain.is_empty())
    }

    fn sku(&mut self, vendor: String) -> Option<ImportedSku> {
        let kind = self.kind;
        let charges: Vec<ImportedCharge> = kind.charges.iter().filter_map(|charge| self.charge(charge)).collect();
        if charges.is_empty() {
            return None;
        }
        let Some(written) = self.record.filled(&kind.sku.value) else {
            self.wrong(
                self.record.span(),
                "a record has no name".to_owned(),
                &format!("`{}` is missing", kind.sku.value),
            );
            return None;
        };
        let strip: Vec<&str> = kind.strip.iter().map(|start| start.value.as_str()).collect();
        let name = sku_name(&written, &strip);
        if name.is_empty() {
            self.wrong(self.record.span(), "the name of a record has no letter or digit".to_owned(), "here");
            return None;
        }
        let region = self.region();
        let home = kind.home.as_ref().and_then(|home| self.record.filled(&home.value));
        let sku = match &region {
            Some(region) if home.as_deref() != Some(region) => sku_name(&format!("{name}-{region}"), &[]),
            _ => name.clone(),
        };
        let currency = self.currency()?;
        let specification = kind.specification.iter().flat_map(|all| &all.entries);
        let specification =
            specification.filter_map(|(key, template)| Some((key.value.clone(), self.text(Some(template))?))).collect();
        Some(ImportedSku {
            vendor,
            sku,
            in_region: region.map(|region| (name, region)),
            name: self.text(kind.name.as_ref()),
            category: self.text(kind.category.as_ref()),
            description: self.text(kind.description.as_ref()),
            note: self.text(kind.note.as_ref()),
            specification,
            sold_until: self.date(kind.sold_until.as_ref()),
            currency,
            includes_tax: kind.includes_tax.map(|rate| rate.value),
            source: self.text(Some(&self.mapping.source)).unwrap_or_else(|| self.mapping.source.value.clone()),
            trust: self.mapping.trust.value,
            retrieved_on: self.date(self.mapping.retrieved_on.as_ref()).unwrap_or(self.terms.day),
            charges,
        })
    }

    fn region(&self) -> Option<String> {
        let region = self.text(self.kind.region.as_ref())?;
        let known = self.kind.regions.iter().flat_map(|regions| &regions.entries);
        let group = known.into_iter().find(|(name, _)| name.value == region).map(|(_, group)| group.value.clone());
        Some(group.unwrap_or(region))
    }

    fn currency(&mut self) -> Option<Currency> {
        let template = self.kind.currency.as_ref().unwrap_or(&self.mapping.currency);
        let code = self.text(Some(template));
        let currency = code.as_deref().and_then(|code| Currency::parse(&code.to_uppercase()));
        if currency.is_none() {
            let message = format!("`{}` is not a currency", code.unwrap_or_default());
            self.wrong(self.record.span(), message, "of this record");
        }
        currency
    }

    fn wrong(&mut self, span: crate::source::Span, message: String, label: &str) {
        self.problems.push(Diagnostic::at(Code::OtherAnswer, span, message, label));
    }

    /// A day at a path: the first ten characters of a time.
    fn date(&mut self, path: Option<&Spanned<String>>) -> Option<Date> {
        let path = path?;
        let text = self.record.text_at(&path.value)?;
        let day = text.get(..10).and_then(|day| day.parse::<Date>().ok());
        if day.is_none() {
            let span = self.record.at(&path.value).map_or(self.record.span(), |node| self.record.span_of(node));
            self.problems.push(Diagnostic::at(Code::InvalidDate, span, "expected a day such as `2026-11-30`", "here"));
        }
        day
    }

    fn charge(&mut self, raw: &MappedChargeRaw) -> Option<ImportedCharge> {
        let price = self.amount(&raw.price)?;
        let cap = raw.cap.as_ref().and_then(|cap| self.amount(cap));
        let minimum = raw.minimum.as_ref().and_then(|minimum| self.amount(minimum));
        let mut unit = self.text(raw.unit.as_ref());
        let mut per = self.text(raw.per.as_ref());
        let mut usage = self.text(raw.usage.as_ref());
        if let Some(path) = &raw.measure {
            let words = self.text(Some(&Spanned::new(format!("{{{}}}", path.value), path.span)))?;
            let known = self.mapping.units.as_ref().map(|units| units.entries.as_slice()).unwrap_or_default();
            let found = measure(&words, known);
            unit = found.unit;
            per = found.per.filter(|_| per.is_none()).or(per);
            usage = usage.filter(|_| found.is_time);
        } else if let Some(written) = &unit {
            let known = self.mapping.units.iter().flat_map(|units: &Mapping<_>| &units.entries);
            let known = known.into_iter().find(|(word, _)| word.value == *written);
            unit = known.map(|(_, unit)| unit.value.clone()).or(unit);
        }
        let amount = match &raw.tier_from {
            Some(path) => {
                let from = self.record.at(&path.value).and_then(|node| self.number(node)).unwrap_or_default();
                ImportedAmount::Tiers(vec![(from.normalize(), price)])
            }
            None => ImportedAmount::One(price),
        };
        let shape = ChargeShape {
            meter: self.text(Some(&raw.meter)).unwrap_or_else(|| raw.meter.value.clone()),
            description: self.text(raw.description.as_ref()),
            unit,
            model: raw.model.map(|model| model.value),
            each: raw.each.unwrap_or(false),
            usage,
            included: self.text(raw.included.as_ref()),
            round_usage_up_to: raw.round_usage_up_to.map(|step| step.value),
            says_cap: raw.cap.is_some(),
            says_minimum: raw.minimum.is_some(),
        };
        let from = self.date(self.kind.effective_from.as_ref());
        Some(ImportedCharge { shape, prices: vec![ImportedPrice { from, amount, per, cap, minimum }] })
    }

    /// An amount of money; `None` if the answer has none, or a wrong one, which is reported.
    fn amount(&mut self, raw: &Amount) -> Option<Decimal> {
        let (from, details) = match raw {
            ScalarOr::Scalar(path) => (path, None),
            ScalarOr::Table(details) => (&details.from, Some(details)),
        };
        let node = self.record.at(&from.value)?;
        let mut amount = self.number(node)?;
        let Some(details) = details else { return Some(amount.normalize()) };
        let span = self.record.span_of(node);
        let nanos = details.nanos.as_ref().and_then(|path| self.record.at(&path.value));
        if let Some(nanos) = nanos {
            let nanos = self.number(nanos)?;
            amount = exact_product(nanos, Decimal::new(1, 9)).and_then(|nanos| amount.checked_add(nanos))?;
        }
        if let Some(times) = details.times {
            match exact_product(amount.normalize(), times.value) {
                Some(product) => amount = product,
                None => {
                    self.problems.push(Diagnostic::at(Code::InvalidNumber, span, "the price has too many digits", ""));
                    return None;
                }
            }
        }
        if let Some(decimals) = details.decimals {
            let places = u32::try_from(decimals.value).unwrap_or(u32::MAX).min(28);
            amount = amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
        }
        Some(amount.normalize())
    }

    /// A number of the answer, read digit by digit; not below zero.
    fn number(&mut self, node: &Node) -> Option<Decimal> {
        let span = self.record.span_of(node);
        let text = self.record.text_of(node);
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            self.problems.push(Diagnostic::at(Code::WrongType, span, "expected a number", "here"));
            return None;
        };
        match decimal(text) {
            Ok(number) if number.is_sign_negative() && !number.is_zero() => {
                self.problems.push(Diagnostic::at(Code::NegativeAmount, span, "a price cannot be below zero", "here"));
                None
            }
            Ok(number) => Some(number),
            Err(error) => {
                self.problems.push(Diagnostic::at(Code::InvalidNumber, span, "expected a number", error.to_string()));
                None
            }
        }
    }
}
