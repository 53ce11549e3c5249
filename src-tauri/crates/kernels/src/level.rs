//! Which instructions the processor has.

#[cfg(target_arch = "x86_64")]
mod amx;

use std::sync::OnceLock;

/// A set of instructions; only made where the processor has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(pub(crate) Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What every processor of the architecture has.
    Portable,
    /// AVX2 and fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// As before, and products of bytes on 256 bits.
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    /// AVX-512 without products of bytes.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// AVX-512 with products of bytes.
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
    /// As before, and AMX's products of tiles of bytes.
    #[cfg(target_arch = "x86_64")]
    Amx,
}

impl Level {
    /// The best of this processor.
    #[must_use]
    pub fn detect() -> Self {
        static BEST: OnceLock<Level> = OnceLock::new();
        *BEST.get_or_init(|| Self::available().pop().unwrap_or(Self(Kind::Portable)))
    }

    /// All of this processor, the best last.
    #[must_use]
    pub fn available() -> Vec<Self> {
        std::iter::once(Kind::Portable)
            .chain(wider())
            .map(Self)
            .collect()
    }

    /// Its name, such as `avx512-vnni`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::AvxVnni => "avx-vnni",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Vnni => "avx512-vnni",
            #[cfg(target_arch = "x86_64")]
            Kind::Amx => "amx",
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn wider() -> Vec<Kind> {
    let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    let avx512 = avx2
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl");
    let vnni = avx512 && is_x86_feature_detected!("avx512vnni");
    [
        (avx2, Kind::Avx2),
        (avx2 && is_x86_feature_detected!("avxvnni"), Kind::AvxVnni),
        (avx512, Kind::Avx512),
        (vnni, Kind::Avx512Vnni),
        (vnni && amx::is_there(), Kind::Amx),
    ]
    .into_iter()
    .filter_map(|(there, kind)| there.then_some(kind))
    .collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn wider() -> Vec<Kind> {
    Vec::new()
}
