//! Enums whose values are words in files and in output: each word is declared once, next to its variant.
//!
//! ```text
//! words! {
//!     /// How much of something there is.
//!     pub enum Level is "a level" {
//!         /// Little.
//!         Low = "low",
//!     }
//! }
//! ```
//!
//! Files are read with these words, the JSON Schemas list them, and every output writes them.

/// An enum whose values a user writes as words.
pub trait Words: Copy + 'static {
    /// What a value is, for messages: `a level`.
    const WHAT: &'static str;
    /// The values that can be written, each with its word, in the order of the declaration.
    const WORDS: &'static [(&'static str, Self)];
}

/// Declares an enum and the word of each value. With `is "..."`, it can be read from files.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident $(is $what:literal)? {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// Every value with its word, in order.
            pub const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];

            /// The word in files and in output.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        $(impl crate::model::words::Words for $name {
            const WHAT: &'static str = $what;
            const WORDS: &'static [(&'static str, Self)] = Self::WORDS;
        })?
    };
}
pub(crate) use words;
