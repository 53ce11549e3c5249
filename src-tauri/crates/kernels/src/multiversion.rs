//! One function compiled for each set of instructions, and the choice between them.

/// Makes `pub(crate) fn name(level, …)` of a body that the compiler turns into vectors by itself.
macro_rules! multiversion {
    ($(#[$meta:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$meta])*
        #[cfg_attr(
            target_arch = "x86_64",
            expect(unsafe_code, reason = "functions for a processor feature are unsafe to call")
        )]
        pub(crate) fn $name(level: $crate::Level, $($arg: $type),*) {
            #[inline(always)]
            fn body($($arg: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($arg: $type),*) {
                body($($arg),*);
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
            fn avx512($($arg: $type),*) {
                body($($arg),*);
            }

            use $crate::level::Kind;
            match level.0 {
                Kind::Portable => body($($arg),*),
                // SAFETY: a level is only made where its features were detected.
                #[cfg(target_arch = "x86_64")]
                Kind::Avx2 | Kind::AvxVnni => unsafe { avx2($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                Kind::Avx512 | Kind::Avx512Vnni | Kind::Amx => unsafe { avx512($($arg),*) },
            }
        }
    };
}

pub(crate) use multiversion;
