//! Adobe's toolkit: one at a time, with the namespaces that Latent reads and writes.
//!
//! The toolkit holds some properties for one and the same (`tiff:Artist` and `dc:creator`) and keeps
//! only one of two, and it tidies the values of others. Their namespaces are hidden from it while it
//! holds a packet, so that they go through as they are. So are languages (`languages`).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use xmp_toolkit::{FromStrOptions, IterOptions, ToStringOptions, XmpMeta};

use super::text::malformed;
use super::{SidecarError, languages};

pub(super) const DC: &str = "http://purl.org/dc/elements/1.1/";
pub(super) const XMP: &str = "http://ns.adobe.com/xap/1.0/";
pub(super) const LIGHTROOM: &str = "http://ns.adobe.com/lightroom/1.0/";
pub(super) const DIGIKAM: &str = "http://www.digikam.org/ns/1.0/";
pub(super) const MICROSOFT: &str = "http://ns.microsoft.com/photo/1.0/";
pub(super) const MICROSOFT_PEOPLE: &str = "http://ns.microsoft.com/photo/1.2/";
pub(super) const REGIONS: &str = "http://www.metadataworkinggroup.com/schemas/regions/";
pub(super) const IPTC_EXT: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
pub(super) const AUX: &str = "http://ns.adobe.com/exif/1.0/aux/";

/// As they are called while they are hidden.
pub(super) const EXIF: &str = "http://ns.adobe.com/exif/1.0/~kept/";
pub(super) const TIFF: &str = "http://ns.adobe.com/tiff/1.0/~kept/";
pub(super) const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/~kept/";

const REGISTERED: [(&str, &str); 13] = [
    (LIGHTROOM, "lr"),
    (DIGIKAM, "digiKam"),
    (MICROSOFT, "MicrosoftPhoto"),
    (MICROSOFT_PEOPLE, "MP"),
    ("http://ns.microsoft.com/photo/1.2/t/RegionInfo#", "MPRI"),
    ("http://ns.microsoft.com/photo/1.2/t/Region#", "MPReg"),
    (REGIONS, "mwg-rs"),
    ("http://ns.adobe.com/xmp/sType/Area#", "stArea"),
    ("http://ns.adobe.com/xap/1.0/sType/Dimensions#", "stDim"),
    (IPTC_EXT, "Iptc4xmpExt"),
    (AUX, "aux"),
    ("http://cipa.jp/exif/1.0/", "exifEX"),
    ("http://ns.acdsee.com/iptc/1.0/", "acdsee"),
];

/// Namespaces that the toolkit has rules of its own for, and their usual prefix.
const HIDDEN: [(&str, &str); 7] = [
    ("http://ns.adobe.com/exif/1.0/", "exif"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff"),
    ("http://ns.adobe.com/photoshop/1.0/", "photoshop"),
    ("http://ns.adobe.com/pdf/1.3/", "pdf"),
    ("http://ns.adobe.com/png/1.0/", "png"),
    ("http://ns.adobe.com/xap/1.0/rights/", "xmpRights"),
    ("http://ns.adobe.com/xmp/1.0/DynamicMedia/", "xmpDM"),
];

/// What is put behind a hidden namespace.
const MARK: &str = "~kept/";

/// What is put before its prefix.
const PREFIX: &str = "kept-by-latent-";

/// The toolkit, while nobody else uses it.
pub(super) struct Kit(
    #[expect(dead_code, reason = "It is held, not looked at")] MutexGuard<'static, ()>,
);

impl Kit {
    pub(super) fn take() -> Self {
        static ONE: Mutex<()> = Mutex::new(());
        static REGISTER: Once = Once::new();
        let guard = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        REGISTER.call_once(|| {
            let hidden = HIDDEN.map(|(space, prefix)| (format!("{space}{MARK}"), prefix));
            for (space, prefix) in REGISTERED {
                let _said_when_it_is_used = XmpMeta::register_namespace(space, prefix);
            }
            for (space, prefix) in hidden {
                let prefix = format!("{PREFIX}{prefix}");
                let _said_when_it_is_used = XmpMeta::register_namespace(&space, &prefix);
            }
        });
        Self(guard)
    }

    pub(super) fn empty(&self) -> Result<XmpMeta, SidecarError> {
        Ok(XmpMeta::new()?)
    }

    /// Parses a packet.
    ///
    /// # Errors
    /// [`SidecarError::Malformed`].
    pub(super) fn parse(&self, text: &str) -> Result<XmpMeta, SidecarError> {
        let mut hidden = languages::hidden(text);
        for (space, _) in HIDDEN {
            for quote in ['"', '\''] {
                let shown = format!("{quote}{space}{quote}");
                if hidden.contains(&shown) {
                    hidden = hidden.replace(&shown, &format!("{quote}{space}{MARK}{quote}"));
                }
            }
        }
        XmpMeta::from_str_with_options(&hidden, FromStrOptions::default())
            .map_err(|error| malformed(&error.debug_message))
    }

    /// Writes a packet as text, in a wrapper where `wrapped`.
    ///
    /// # Errors
    /// [`SidecarError::Kit`].
    pub(super) fn serialize(&self, meta: &XmpMeta, wrapped: bool) -> Result<String, SidecarError> {
        let options = ToStringOptions::default().use_compact_format();
        let options = if wrapped {
            options.set_padding(1)
        } else {
            options.omit_packet_wrapper()
        };
        let mut text = meta.to_string_with_options(options)?;
        for (space, prefix) in HIDDEN {
            text = text
                .replace(&format!("{PREFIX}{prefix}"), prefix)
                .replace(&format!("\"{space}{MARK}\""), &format!("\"{space}\""));
        }
        Ok(languages::shown(&text))
    }

    /// The values at the ends of a packet, by namespace and path, with their numbers.
    pub(super) fn leaves(&self, meta: &XmpMeta) -> HashMap<(String, String, String), usize> {
        let mut leaves = HashMap::new();
        for leaf in meta.iter(IterOptions::default().leaf_nodes_only()) {
            let is_language = leaf.name.ends_with("?xml:lang");
            let shown = languages::show(&leaf.value.value).filter(|_| is_language);
            let value = shown.unwrap_or(leaf.value.value);
            let key = (leaf.schema_ns, leaf.name, value);
            *leaves.entry(key).or_default() += 1;
        }
        leaves
    }
}
