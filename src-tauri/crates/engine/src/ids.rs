//! Identifiers. Each is its own type, so that a photo is never taken for a library.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

id! {
    /// Identifies a photo; never reused.
    PhotoId;
    /// Identifies what files with equal pixels share; never reused.
    PictureId;
    /// Identifies a library; never reused.
    LibraryId;
    /// Identifies a root folder of a library; never reused.
    RootId;
    /// Identifies a file that could not be read; never reused.
    FaultId;
    /// Identifies a job while the engine is open.
    JobId;
    /// Identifies an outside picture held for queries while the engine is open.
    QueryPictureId;
    /// Identifies a region of a photo; never reused.
    RegionId;
    /// Identifies a search kept by name; never reused.
    SavedSearchId;
}
