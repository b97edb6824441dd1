//! Currencies and amounts of money.

use std::fmt;

use rust_decimal::Decimal;

use crate::model::number::decimal::ArithmeticError;
use crate::model::number::stored::{add, multiply};

/// A currency in the form of ISO 4217: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Signs with the one currency that each of them stands for. `$` is not among them, and `¥` is that of two.
const SIGNS: [(&str, &[u8; 3]); 15] = [
    ("US$", b"USD"),
    ("CA$", b"CAD"),
    ("C$", b"CAD"),
    ("AU$", b"AUD"),
    ("A$", b"AUD"),
    ("NZ$", b"NZD"),
    ("HK$", b"HKD"),
    ("R$", b"BRL"),
    ("€", b"EUR"),
    ("£", b"GBP"),
    ("₹", b"INR"),
    ("₩", b"KRW"),
    ("₺", b"TRY"),
    ("₪", b"ILS"),
    ("₴", b"UAH"),
];

/// The currencies whose sign is `$`.
const DOLLARS: &str = "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP BBD BMD BND BSD BZD CUP DOP FJD GYD JMD KYD LRD NAD SBD \
                       SRD TTD UYU XCD ZWG";

/// The codes of ISO 4217 that are in use.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD \
                     CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF \
                     GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK \
                     LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD \
                     OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN \
                     SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF \
                     XPF YER ZAR ZMW ZWG";

impl Currency {
    /// Euros.
    pub const EUR: Self = Self(*b"EUR");
    /// US dollars.
    pub const USD: Self = Self(*b"USD");

    /// Reads a code of three capital letters; `None` for anything else.
    pub fn parse(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }

    /// How many decimals an amount of the currency has, its minor unit: 2 for cents, 0 for yen. From the list of
    /// currencies of ISO 4217 (SIX, "list one"); 2 for a code that is not in it.
    pub fn decimals(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }

    /// The currency of a sign that only one currency has, or that names it: `€`, `US$`.
    pub fn of_sign(sign: &str) -> Option<Self> {
        SIGNS.iter().find(|(known, _)| *known == sign).map(|(_, code)| Self(**code))
    }

    /// A code of ISO 4217 in any case: `usd`.
    pub fn known(code: &str) -> Option<Self> {
        let found = CODES.split_ascii_whitespace().find(|known| known.eq_ignore_ascii_case(code))?;
        Self::parse(found)
    }

    /// Whether its amounts are written with `$`.
    pub fn is_dollar(self) -> bool {
        DOLLARS.split_ascii_whitespace().any(|code| code == self.as_str())
    }

    /// The code: `USD`.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An exact amount in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// The amount in whole units of the currency: 0.10 is ten cents of USD.
    pub amount: Decimal,
    /// The currency of the amount.
    pub currency: Currency,
}

#[expect(clippy::should_implement_trait, reason = "the sum can fail, so it is not the operator")]
impl Money {
    /// An amount in a currency.
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// A zero amount in a currency.
    pub fn zero(currency: Currency) -> Self {
        Self::new(Decimal::ZERO, currency)
    }

    /// The exact sum; both amounts must have the same currency.
    pub fn add(self, other: Self) -> Result<Self, ArithmeticError> {
        if self.currency != other.currency {
            return Err(ArithmeticError::MixedCurrencies);
        }
        Ok(Self::new(add(self.amount, other.amount)?, self.currency))
    }

    /// The exact product with a plain number.
    pub fn multiply(self, factor: Decimal) -> Result<Self, ArithmeticError> {
        Ok(Self::new(multiply(self.amount, factor)?, self.currency))
    }
}
