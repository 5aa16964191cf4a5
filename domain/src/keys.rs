//! Words of the database and of addresses: one for each case, and the way back.

/// An enum with its words.
macro_rules! keys {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $key:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$case_doc])* $case,)+
        }

        impl $name {
            /// All of them, in the order in which they are offered.
            pub const ALL: [Self; [$($key),+].len()] = [$(Self::$case),+];

            /// The word in addresses and in the database.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$case => $key,)+
                }
            }

            /// What a word stands for.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.key() == key)
            }
        }
    };
}
pub(crate) use keys;
