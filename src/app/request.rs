//! What is requested besides the files, and the order of precedence: the request, its scenario, the project, the
//! manifest.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Currency, MonthLength};
use crate::parse::{AmountRaw, ConditionRaw, CurrencyRaw, ExpressionRaw, ForecastRaw, FormulaRaw};
use crate::resolve::{self, Fallbacks, RevenueRaw, ScenarioFile, TechniqueSetRaw, amount, one_revenue, split_set};
use crate::source::{Span, Spanned};
use crate::workspace::Workspace;

/// What is requested of a computation besides the files.
///
/// A program sets plain values with the methods; the command line fills the fields with values that keep their places.
///
/// ```
/// use costplan::app::Request;
/// use rust_decimal::Decimal;
///
/// let day = "2026-11-24".parse().unwrap();
/// let request = Request::on(day).customers(60).mrr(Decimal::from(6000)).set("transactions", Decimal::from(40_000));
/// assert_eq!(request.customers, Some(60));
/// ```
#[derive(Clone, Debug)]
pub struct Request {
    /// The scenarios of the project, by the stems of their files or their names.
    pub scenarios: Vec<String>,
    /// The number of customers.
    pub customers: Option<u64>,
    /// The revenue of a month.
    pub revenue: Option<RevenueRaw>,
    /// Drivers and inputs of techniques that are set.
    pub set: Vec<(Spanned<String>, FormulaRaw)>,
    /// The techniques that are in use, by the stems of their files.
    pub apply: Vec<Spanned<String>>,
    /// Which line items are counted: those for which all of these hold.
    pub conditions: Vec<ConditionRaw>,
    /// The contingency on the subtotal.
    pub buffer: Option<Spanned<Decimal>>,
    /// The reporting currency.
    pub currency: Option<Spanned<Currency>>,
    /// The day whose prices and exchange rates apply.
    pub as_of: Option<Spanned<Date>>,
    /// The day whose prices and exchange rates apply if neither the request nor its scenario nor the project names one.
    pub today: Date,
    /// The hours of a month.
    pub hours_per_month: Option<Spanned<MonthLength>>,
    /// The rate of the tax on the total.
    pub tax: Option<Spanned<Decimal>>,
    /// Whether all vendors bill under the reverse charge.
    pub reverse_charge: bool,
    /// Whether agreed prices are ignored.
    pub list_prices: bool,
}

/// A request completed by the values of its scenario and of the project.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The number of customers, if one is given.
    pub customers: Option<u64>,
    /// Everything else.
    pub request: resolve::Request,
    /// What the scenario assumes of the months ahead.
    pub forecast: Option<ForecastRaw>,
}

impl Request {
    /// Requests only the prices of today, unless a scenario or the project names another day.
    pub fn today(today: Date) -> Self {
        Self {
            scenarios: Vec::new(),
            customers: None,
            revenue: None,
            set: Vec::new(),
            apply: Vec::new(),
            conditions: Vec::new(),
            buffer: None,
            currency: None,
            as_of: None,
            today,
            hours_per_month: None,
            tax: None,
            reverse_charge: false,
            list_prices: false,
        }
    }

    /// Requests the prices of a day.
    pub fn on(day: Date) -> Self {
        Self { as_of: Some(Spanned::given(day)), ..Self::today(day) }
    }

    /// Computes at a number of customers.
    #[must_use]
    pub fn customers(self, customers: u64) -> Self {
        Self { customers: Some(customers), ..self }
    }

    /// Computes under a scenario of the project.
    #[must_use]
    pub fn scenario(mut self, name: impl Into<String>) -> Self {
        self.scenarios.push(name.into());
        self
    }

    /// Compares with a monthly recurring revenue, in the reporting currency.
    #[must_use]
    pub fn mrr(self, amount: Decimal) -> Self {
        Self { revenue: Some(RevenueRaw::Mrr(given_amount(amount))), ..self }
    }

    /// Compares with an average revenue per customer and month, in the reporting currency.
    #[must_use]
    pub fn arpu(self, amount: Decimal) -> Self {
        Self { revenue: Some(RevenueRaw::Arpu(given_amount(amount))), ..self }
    }

    /// Sets a driver, or an input of a technique as `spot-gpu.share`.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: Decimal) -> Self {
        let root = Spanned::given(ExpressionRaw::Number(value));
        let value = FormulaRaw { root, span: Span::NOWHERE, text: Some(value.to_string().into()) };
        self.set.push((Spanned::given(name.into()), value));
        self
    }

    /// Applies a technique.
    #[must_use]
    pub fn apply(mut self, technique: impl Into<String>) -> Self {
        self.apply.push(Spanned::given(technique.into()));
        self
    }

    /// Reports in a currency.
    #[must_use]
    pub fn currency(self, currency: Currency) -> Self {
        Self { currency: Some(Spanned::given(currency)), ..self }
    }

    /// Adds a contingency to the subtotal: 0.3 for 30%.
    #[must_use]
    pub fn buffer(self, buffer: Decimal) -> Self {
        Self { buffer: Some(Spanned::given(buffer)), ..self }
    }

    /// The request under the one scenario that it names, if it names one.
    ///
    /// # Errors
    /// `invalid-argument` for several scenarios, `unknown-scenario`, and everything that is wrong with the scenario.
    pub(crate) fn settled(&self, workspace: &mut Workspace) -> Result<Settled, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let settled = self.settled_with(workspace, &mut wrong);
        if wrong.is_empty() { Ok(settled) } else { Err(wrong) }
    }

    /// As [`Self::settled`], without what is wrong, which is added to `wrong`.
    pub(crate) fn settled_with(&self, workspace: &mut Workspace, wrong: &mut Vec<Diagnostic>) -> Settled {
        let chosen = one_scenario(&self.scenarios, workspace).map_err(|found| wrong.extend(found)).unwrap_or_default();
        self.under_with(chosen.as_ref(), workspace, wrong)
    }

    /// The request under a scenario that was read, or under none.
    ///
    /// # Errors
    /// `conflicting-keys` if the scenario or the project gives two revenues.
    pub(crate) fn under(
        &self,
        chosen: Option<&ScenarioFile>,
        workspace: &Workspace,
    ) -> Result<Settled, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let settled = self.under_with(chosen, workspace, &mut wrong);
        if wrong.is_empty() { Ok(settled) } else { Err(wrong) }
    }

    /// As [`Self::under`], without what is wrong, which is added to `wrong`.
    fn under_with(&self, chosen: Option<&ScenarioFile>, workspace: &Workspace, wrong: &mut Vec<Diagnostic>) -> Settled {
        let defaults = workspace.settings.as_ref().and_then(|settings| settings.defaults.as_ref());
        let file = chosen.map(|chosen| &chosen.raw);
        let (set, mut technique_set) = split_set(self.set.clone(), true);
        let scenario_set =
            file.and_then(|file| file.set.as_ref()).map(|set| set.entries.as_slice()).unwrap_or_default();
        let is_free = |(name, _): &&(Spanned<String>, _)| set.iter().all(|(other, _)| other.value != name.value);
        let scenario_set = scenario_set.iter().filter(is_free).cloned().collect();
        let (scenario_set, of_scenario) = split_set(scenario_set, false);
        let is_typed = |set: &TechniqueSetRaw| technique_set.iter().any(|typed| typed.is_same(set));
        let of_scenario: Vec<TechniqueSetRaw> = of_scenario.into_iter().filter(|set| !is_typed(set)).collect();
        technique_set.extend(of_scenario);
        let of_scenario = file.into_iter().flat_map(|file| &file.techniques);
        Settled {
            forecast: file.and_then(|file| file.clone().into_forecast()),
            customers: self
                .customers
                .or(file.and_then(|file| file.customers).map(|count| count.value))
                .or(defaults.and_then(|defaults| defaults.customers).map(|count| count.value)),
            request: resolve::Request {
                rates_on: None,
                as_of: self
                    .as_of
                    .or(file.and_then(|file| file.as_of))
                    .or(defaults.and_then(|defaults| defaults.as_of))
                    .map_or(self.today, |day| day.value),
                scenario: chosen.map(|chosen| chosen.name.clone()),
                scenario_set,
                currency: self
                    .currency
                    .or(file.and_then(|file| file.currency))
                    .or(defaults.and_then(|defaults| defaults.currency)),
                buffer: self.buffer.or(file.and_then(|file| file.buffer)),
                hours_per_month: self.hours_per_month.or(file.and_then(|file| file.hours_per_month)),
                tax: self.tax.or(file.and_then(|file| file.tax)),
                reverse_charge: self.reverse_charge,
                set,
                apply: self.apply.iter().chain(of_scenario).cloned().collect(),
                technique_set,
                conditions: self.conditions.clone(),
                revenue: self.revenue_under(chosen, workspace).map_err(|found| wrong.extend(found)).unwrap_or_default(),
                paying: file.and_then(|file| file.paying),
                list_prices: self.list_prices || file.and_then(|file| file.list_prices).unwrap_or(false),
                fallbacks: Fallbacks {
                    buffer: defaults.and_then(|defaults| defaults.buffer),
                    hours_per_month: defaults.and_then(|defaults| defaults.hours_per_month),
                    paying: defaults.and_then(|defaults| defaults.paying),
                    yearly_payers: defaults.and_then(|defaults| defaults.yearly_payers.clone()),
                    tax: defaults.and_then(|defaults| defaults.tax.clone()).map(resolve::tax_table),
                },
            },
        }
    }

    /// The revenue: that of the request, of the scenario, or of the project.
    fn revenue_under(
        &self,
        chosen: Option<&ScenarioFile>,
        workspace: &Workspace,
    ) -> Result<Option<RevenueRaw>, Vec<Diagnostic>> {
        let of_file = |mrr: Option<&AmountRaw>, arpu: Option<&AmountRaw>| {
            one_revenue(mrr, arpu).map_err(|diagnostic| vec![*diagnostic])
        };
        let mut revenue = self.revenue.clone();
        if let (None, Some(file)) = (&revenue, chosen.map(|chosen| &chosen.raw)) {
            revenue = of_file(file.mrr.as_ref(), file.arpu.as_ref())?;
            // Amounts of a scenario stay in its own currency, whatever the currency of the report.
            if let (Some(RevenueRaw::Mrr(amount) | RevenueRaw::Arpu(amount)), Some(own)) = (&mut revenue, file.currency)
            {
                amount.currency.get_or_insert(CurrencyRaw::Code(own.value));
            }
        }
        let defaults = workspace.settings.as_ref().and_then(|settings| settings.defaults.as_ref());
        match (revenue, defaults) {
            (None, Some(defaults)) => of_file(defaults.mrr.as_ref(), defaults.arpu.as_ref()),
            (revenue, _) => Ok(revenue),
        }
    }
}

/// Reads the named scenario, if there is one.
///
/// # Errors
/// `invalid-argument` for several, `unknown-scenario`, and everything that is wrong with the file.
pub(crate) fn one_scenario(
    names: &[String],
    workspace: &mut Workspace,
) -> Result<Option<ScenarioFile>, Vec<Diagnostic>> {
    match names {
        [] => Ok(None),
        [name] => Ok(Some(workspace.scenario_named(name)?)),
        _ => {
            let diagnostic = Diagnostic::new(Code::InvalidArgument, "one scenario is computed at a time");
            Err(vec![diagnostic.help("`costplan compare STAGE` puts several scenarios side by side")])
        }
    }
}

/// Refuses conditions if only whole stages can be judged.
pub(crate) fn whole_stages(request: &resolve::Request, what: &str) -> Result<(), Vec<Diagnostic>> {
    let Some(condition) = request.conditions.first() else { return Ok(()) };
    let message = format!("{what} by the whole cost of a stage");
    let wrong = Diagnostic::at(Code::InvalidArgument, condition.span, message, "a part of it");
    Err(vec![wrong.help("leave `--where` out; `costplan stage` shows what a part costs")])
}
/// A given amount a month, which must be in the reporting currency. `what` is its name with an article.
pub(crate) fn amount_in(reported: Currency, raw: &AmountRaw, what: &str) -> Result<Decimal, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let number = amount::monthly(raw, what, &mut problems);
    let currency = amount::currency(raw.currency, reported, raw.span, &mut problems);
    match (number, currency) {
        (Some(number), Some(currency)) if currency == reported => Ok(number),
        (Some(_), Some(_)) => {
            let message = format!("{what} must be in the currency of the report");
            let wrong = Diagnostic::at(Code::InvalidArgument, raw.span, message, format!("not in {reported}"));
            let help = format!("write it in {reported}, or report in its currency with `--currency`");
            Err(vec![wrong.help(help)])
        }
        _ => Err(problems.into_sorted()),
    }
}

fn given_amount(number: Decimal) -> AmountRaw {
    AmountRaw { number, currency: None, per: None, span: Span::NOWHERE }
}
