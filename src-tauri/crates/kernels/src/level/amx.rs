//! Whether AMX may be used: the processor has it, the system saves its registers, and it lets this
//! process use them.
//!
//! # Source
//! Intel, "Software Developer's Manual", volume 1, chapter 18; Linux,
//! `Documentation/arch/x86/xstate.rst`.

#![expect(
    unsafe_code,
    reason = "the questions are instructions and a system call"
)]

use std::arch::x86_64::{__cpuid_count, _xgetbv};
use std::sync::OnceLock;

/// Asks once; the answer holds for all threads, also those to come.
pub(super) fn is_there() -> bool {
    static IS_THERE: OnceLock<bool> = OnceLock::new();
    *IS_THERE.get_or_init(|| has_instructions() && is_saved() && is_permitted())
}

fn has_instructions() -> bool {
    /// AMX-TILE and AMX-INT8 in EDX of leaf 7.
    const BOTH: u32 = (1 << 24) | (1 << 25);
    __cpuid_count(7, 0).edx & BOTH == BOTH
}

/// Whether the system switches the tiles' registers between threads.
fn is_saved() -> bool {
    /// XTILECFG and XTILEDATA in XCR0.
    const BOTH: u64 = (1 << 17) | (1 << 18);
    #[target_feature(enable = "xsave")]
    fn saved() -> u64 {
        // SAFETY: register 0 is always there where XGETBV is.
        unsafe { _xgetbv(0) }
    }
    // SAFETY: the feature was detected.
    is_x86_feature_detected!("xsave") && unsafe { saved() } & BOTH == BOTH
}

/// Asks the system for the tiles' registers, which are large and not given to everyone.
#[cfg(target_os = "linux")]
fn is_permitted() -> bool {
    const ARCH_PRCTL: i64 = 158;
    const REQUEST_PERMISSION: u64 = 0x1023;
    const TILE_DATA: u64 = 18;
    let answer: i64;
    // SAFETY: changes nothing but this process's permission; the registers a system call may
    // change are named.
    unsafe {
        std::arch::asm!(
            "syscall",
            inlateout("rax") ARCH_PRCTL => answer,
            in("rdi") REQUEST_PERMISSION,
            in("rsi") TILE_DATA,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    answer == 0
}

/// Elsewhere there is no way to ask that was tried.
#[cfg(not(target_os = "linux"))]
fn is_permitted() -> bool {
    false
}
