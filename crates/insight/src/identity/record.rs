//! What is known of somebody, in the form in which it is compared.

/// Declares the fields with their names, and the other names that headers have for them.
macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $word:literal $(| $other:literal)*, $points:literal, $personal:literal;)+) => {
        /// A field of a record.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Field { $($(#[$doc])* $name),+ }

        impl Field {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word for it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The field that a column of this name holds.
            pub fn of_column(name: &str) -> Option<Self> {
                match name { $($word $(| $other)* => Some(Self::$name),)+ _ => None }
            }

            /// How much it says that two records agree in it.
            pub const fn points(self) -> u32 {
                match self { $(Self::$name => $points),+ }
            }

            /// Whether it tells a person, and not only a household.
            pub const fn is_personal(self) -> bool {
                match self { $(Self::$name => $personal),+ }
            }
        }
    };
}

fields! {
    /// A number that the state or the advertiser gave him.
    Id = "id_number" | "national_id" | "soc_sec_id" | "customer_id", 3, true;
    /// His address for mail, or its hash.
    Email = "email" | "email_hash" | "e-mail", 3, true;
    /// His telephone, or its hash.
    Phone = "phone" | "phone_hash" | "telephone", 3, true;
    /// The day he was born.
    BirthDate = "birth_date" | "date_of_birth", 2, true;
    /// His own name.
    GivenName = "given_name" | "first_name", 1, true;
    /// The name of his family.
    FamilyName = "family_name" | "surname" | "last_name", 1, false;
    /// The number of the house.
    House = "house_number" | "street_number" | "house", 1, false;
    /// The street.
    Street = "street" | "address_1" | "address", 1, false;
    /// The quarter, the building or the flat.
    Quarter = "quarter" | "address_2" | "district", 1, false;
    /// The town.
    Town = "town" | "city" | "suburb", 1, false;
    /// The postal code.
    PostalCode = "postal_code" | "postcode" | "zip", 1, false;
}

/// How many fields there are.
pub const FIELDS: usize = Field::ALL.len();

/// Some of the fields.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct FieldSet(u16);

impl FieldSet {
    /// These with one more.
    #[must_use]
    pub const fn with(self, field: Field) -> Self {
        Self(self.0 | 1 << field as u16)
    }

    /// Whether it is one of them.
    pub const fn has(self, field: Field) -> bool {
        self.0 & 1 << field as u16 != 0
    }

    /// They in their order.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        Field::ALL.iter().copied().filter(move |field| self.has(*field))
    }

    /// What they say together.
    pub fn points(self) -> u32 {
        self.fields().map(Field::points).sum()
    }
}

/// What is known of somebody; what is not known is empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Record {
    values: [String; FIELDS],
}

impl Record {
    /// Takes a value. Case, spaces and signs make no difference: of numbers and dates digits count alone, of names letters and digits.
    pub fn set(&mut self, field: Field, value: &str) {
        let letters = value.chars().flat_map(char::to_lowercase);
        self.values[field as usize] = match field {
            Field::Email => letters.filter(|letter| !letter.is_whitespace()).collect(),
            // A hash has letters too.
            Field::Phone => {
                letters.filter(|letter| letter.is_alphanumeric()).skip_while(|sign| *sign == '0').collect()
            }
            _ => letters.filter(|letter| letter.is_alphanumeric()).collect(),
        };
    }

    /// A value; empty where it is not known.
    pub fn value(&self, field: Field) -> &str {
        &self.values[field as usize]
    }

    /// The fields in which both are known and the same.
    pub fn agreed(&self, other: &Self) -> FieldSet {
        let same =
            |field: &&Field| !self.value(**field).is_empty() && self.value(**field) == other.value(**field);
        Field::ALL.iter().filter(same).fold(FieldSet::default(), |set, field| set.with(*field))
    }
}
