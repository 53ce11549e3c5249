//! The system packages that building, showing and testing Latent take, through apt.
//!
//! Elsewhere than on Debian and its kin this only says what is needed.

use std::collections::HashSet;
use std::fs;
use std::io::{self, IsTerminal};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process::{self, program};

/// What the machine has to be able to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Packages {
    /// Build the engine and the command line.
    Build,
    /// Build and show the window as well.
    Window,
    /// Drive the window and a browser in tests as well.
    Test,
}

/// Compilers; turbojpeg's own build takes cmake and nasm.
const BUILD: &[&str] = &["build-essential", "pkg-config", "cmake", "nasm"];

const WINDOW: &[&str] = &[
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libayatana-appindicator3-dev",
    "libsoup-3.0-dev",
    "fonts-dejavu-core",
];

const TEST: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus",
    "dbus-x11",
    "xdotool",
    "x11-utils",
    "imagemagick",
    "libimage-exiftool-perl",
];

/// Installs the packages that are missing.
///
/// # Errors
/// Packages are missing and cannot be installed: no right to, or apt fails.
pub fn install(packages: Packages) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return say_what_is_needed_elsewhere();
    }
    if !process::is_installed("dpkg-query") || !process::is_installed("apt-get") {
        return say_what_is_needed_without_apt(packages);
    }
    let missing = missing(&wanted(packages, is_ubuntu()))?;
    if missing.is_empty() {
        eprintln!("System packages are all there");
        return Ok(());
    }
    eprintln!("Installing system packages: {}", missing.join(" "));
    let by_hand = || by_hand(&missing);
    apt_get(&["update"], &[]).with_context(by_hand)?;
    apt_get(&["install", "--yes", "--no-install-recommends"], &missing).with_context(by_hand)
}

fn wanted(packages: Packages, ubuntu: bool) -> Vec<&'static str> {
    let mut names = BUILD.to_vec();
    if packages >= Packages::Window {
        names.extend(WINDOW);
    }
    if packages >= Packages::Test {
        names.extend(TEST);
        names.extend(browser(ubuntu));
    }
    names
}

fn browser(ubuntu: bool) -> [&'static str; 2] {
    if ubuntu {
        ["chromium-browser", "chromium-chromedriver"]
    } else {
        ["chromium", "chromium-driver"]
    }
}

fn is_ubuntu() -> bool {
    fs::read_to_string("/etc/os-release")
        .is_ok_and(|release| release.lines().any(|line| line == "ID=ubuntu"))
}

fn missing(wanted: &[&'static str]) -> Result<Vec<&'static str>> {
    // dpkg-query ends with 1 when it does not know one of the names, and lists the others.
    let output = program("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\n"])
        .args(wanted)
        .stderr(Stdio::null())
        .output()
        .context("Cannot ask dpkg-query for the installed packages")?;
    let listing = String::from_utf8_lossy(&output.stdout);
    let installed = installed(&listing);
    Ok(wanted
        .iter()
        .copied()
        .filter(|name| !installed.contains(name))
        .collect())
}

fn installed(listing: &str) -> HashSet<&str> {
    listing
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .collect()
}

fn apt_get(arguments: &[&str], names: &[&str]) -> Result<()> {
    process::run(as_root("apt-get")?.args(arguments).args(names))
}

fn by_hand(names: &[&str]) -> String {
    format!(
        "Packages are missing, to be installed with `apt-get install {}`",
        names.join(" ")
    )
}

/// A program that runs as root, through sudo where this user is not root.
fn as_root(name: &str) -> Result<Command> {
    let user = process::output(program("id").arg("-u"))?;
    let quiet = "DEBIAN_FRONTEND=noninteractive";
    if user.trim() == "0" {
        let mut command = program("env");
        command.args([quiet, name]);
        return Ok(command);
    }
    if !process::is_installed("sudo") {
        bail!("This user is not root and there is no sudo");
    }
    let mut command = program("sudo");
    if process::succeeds(program("sudo").args(["-n", "true"])) {
        command.arg("-n");
    } else if io::stdin().is_terminal() {
        command.stdin(Stdio::inherit());
    } else {
        bail!("sudo asks for a password and nobody is there to give it");
    }
    command.args([quiet, name]);
    Ok(command)
}

fn say_what_is_needed_without_apt(packages: Packages) -> Result<()> {
    eprintln!(
        "No apt on this machine: see to it that these Debian packages' counterparts are there: {}",
        wanted(packages, false).join(" ")
    );
    Ok(())
}

fn say_what_is_needed_elsewhere() -> Result<()> {
    let missing: Vec<_> = ["cmake", "nasm"]
        .into_iter()
        .filter(|name| !process::is_installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if cfg!(target_os = "macos") {
        bail!(
            "Install {} first: `brew install {}`",
            missing.join(" and "),
            missing.join(" ")
        );
    }
    bail!(
        "Install {} and Microsoft's C++ build tools first",
        missing.join(" and ")
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_installed_packages_count() {
        let listing = "cmake installed\nnasm config-files\nxvfb not-installed\n";
        assert_eq!(installed(listing), HashSet::from(["cmake"]));
    }

    #[test]
    fn each_purpose_takes_the_packages_of_the_ones_before() {
        let test = wanted(Packages::Test, false);
        for name in ["cmake", "libgtk-3-dev", "xvfb", "chromium-driver"] {
            assert!(test.contains(&name), "{name}");
        }
        assert!(!wanted(Packages::Build, false).contains(&"libgtk-3-dev"));
        assert!(!wanted(Packages::Window, false).contains(&"xvfb"));
    }

    #[test]
    fn ubuntu_names_its_browser_differently() {
        assert!(wanted(Packages::Test, true).contains(&"chromium-chromedriver"));
    }

    #[test]
    fn what_to_install_by_hand_is_said_in_full() {
        assert_eq!(
            by_hand(&["cmake", "nasm"]),
            "Packages are missing, to be installed with `apt-get install cmake nasm`"
        );
    }
}
