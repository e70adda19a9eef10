//! What tells one of our functions from another: the engine compares and prints them.

/// A function is its type, its name, and the fields that are given here.
macro_rules! identity {
    ($function:ident $(<$method:ident: $bound:ident>)? $(, $field:ident)*) => {
        impl$(<$method: $bound>)? std::fmt::Debug for $function$(<$method>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl$(<$method: $bound>)? PartialEq for $function$(<$method>)? {
            fn eq(&self, other: &Self) -> bool {
                self.name() == other.name() $(&& self.$field == other.$field)*
            }
        }

        impl$(<$method: $bound>)? Eq for $function$(<$method>)? {}

        impl$(<$method: $bound>)? std::hash::Hash for $function$(<$method>)? {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.name().hash(state);
            }
        }
    };
}
pub(crate) use identity;
