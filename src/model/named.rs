//! A macro for enums whose variants have machine-readable names.

/// Defines an enum with `ALL`, its variants in order, and `as_str`, their machine-readable names.
macro_rules! named_enum {
    ($(#[$attribute:meta])* $visibility:vis enum $name:ident {
        $($(#[$variant_attribute:meta])* $variant:ident = $text:literal),+ $(,)?
    }) => {
        $(#[$attribute])*
        $visibility enum $name {
            $($(#[$variant_attribute])* $variant),+
        }

        impl $name {
            /// All variants, in order.
            pub const ALL: [$name; [$($text),+].len()] = [$($name::$variant),+];

            /// Returns the machine-readable name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $text),+
                }
            }
        }
    };
}

pub(in crate::model) use named_enum;
