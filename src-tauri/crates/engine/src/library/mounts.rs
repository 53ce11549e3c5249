//! What is mounted where, and which of it is a network's: there the system tells nothing of what
//! others do, so folders are looked at again and again.

use std::path::{Path, PathBuf};

/// File systems whose changes by others are not told of.
///
/// # Source
/// inotify(7): "inotify reports only events that a user-space program triggers through the filesystem
/// API", so not those of other machines.
const NETWORK: &[&str] = &[
    "9p",
    "afs",
    "afp",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "prl_fs",
    "smb2",
    "smb3",
    "smbfs",
    "vboxsf",
    "virtiofs",
    "vmhgfs",
];

/// A mounted file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// Where.
    pub(crate) point: PathBuf,
    /// "ext4", "nfs4", "fuse.sshfs".
    pub(crate) kind: String,
}

impl Mount {
    /// Whether what others change in it is not told of. Of FUSE, what stands on a disk of this machine
    /// is (`fuseblk`), of the rest nobody can tell.
    fn is_remote(&self) -> bool {
        self.kind == "fuse" || self.kind.starts_with("fuse.") || NETWORK.contains(&&*self.kind)
    }
}

/// What is mounted now; nothing on systems other than Linux.
pub(crate) fn mounts() -> Vec<Mount> {
    let table = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    read(&table)
}

/// The kind of network file system that a path lies on.
pub(crate) fn network(mounts: &[Mount], path: &Path) -> Option<String> {
    let is_share = path.as_os_str().as_encoded_bytes().starts_with(br"\\");
    if cfg!(windows) && is_share {
        return Some("a network share".to_owned());
    }
    let mount = mount_of(mounts, path)?;
    mount.is_remote().then(|| mount.kind.clone())
}

/// The mount that a path lies on: the innermost, and of several on one place the last.
pub(crate) fn mount_of<'a>(mounts: &'a [Mount], path: &Path) -> Option<&'a Mount> {
    mounts
        .iter()
        .filter(|mount| path.starts_with(&mount.point))
        .max_by_key(|mount| mount.point.as_os_str().len())
}

/// Where something is mounted below a folder now: paths below it.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(real) = std::fs::canonicalize(folder) else {
        return Vec::new();
    };
    let points = mounts().into_iter().filter_map(|mount| {
        let below = mount.point.strip_prefix(&real).ok()?.to_owned();
        (!below.as_os_str().is_empty()).then_some(below)
    });
    let mut points: Vec<PathBuf> = points.collect();
    points.sort_unstable();
    points.dedup();
    points
}

/// Of places below a folder where disks were mounted, those whose disk is not there: nothing is mounted
/// at them, and nothing lies there in its place.
pub(crate) fn away(folder: &Path, known: &[PathBuf]) -> Vec<PathBuf> {
    if known.is_empty() {
        return Vec::new();
    }
    let mounted = below(folder);
    let is_bare = |place: &PathBuf| {
        let entries = std::fs::read_dir(folder.join(place));
        entries.map_or(true, |mut entries| entries.next().is_none())
    };
    let places = known.iter().filter(|place| !mounted.contains(place));
    places.filter(|place| is_bare(place)).cloned().collect()
}

/// Names the file system that a folder lies on, the same wherever it is mounted; none where there is
/// no such name. It is not certain: some file systems are named by their device.
///
/// # Source
/// statvfs(3), `f_fsid`.
#[cfg(unix)]
pub(crate) fn volume(folder: &Path) -> Option<Vec<u8>> {
    let id = rustix::fs::statvfs(folder).ok()?.f_fsid;
    (id != 0).then(|| id.to_le_bytes().to_vec())
}

#[cfg(not(unix))]
pub(crate) fn volume(_folder: &Path) -> Option<Vec<u8>> {
    None
}

/// Reads `/proc/self/mountinfo`.
///
/// # Source
/// proc_pid_mountinfo(5): fields by spaces, the mount point is the fifth, the type the first after
/// " - "; a space, tab, newline and backslash in a name are three octal digits after a backslash.
fn read(table: &[u8]) -> Vec<Mount> {
    table
        .split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let mut fields = line.split(|byte| *byte == b' ');
            let point = crate::io::path_from_bytes(&unescaped(fields.nth(4)?));
            let kind = fields.skip_while(|field| *field != b"-").nth(1)?;
            let kind = String::from_utf8_lossy(kind).into_owned();
            Some(Mount { point, kind })
        })
        .collect()
}

fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, others)) = rest.split_first() {
        let code = others.get(..3).filter(|_| *first == b'\\');
        let code = code.and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                plain.push(byte);
                rest = others.get(3..).unwrap_or_default();
            }
            None => {
                plain.push(*first);
                rest = others;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[u8] = b"22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n\
        40 22 0:44 / /mnt/nas rw,relatime - nfs4 server:/photos rw\n\
        41 22 0:45 / /mnt/nas/local rw - xfs /dev/sdb1 rw\n\
        42 22 0:46 / /media/My\\040Disk rw shared:9 master:1 - fuseblk /dev/sdc1 rw\n\
        43 22 0:47 / /mnt/ssh rw - fuse.sshfs me@there:/ rw\n\
        broken line\n";

    #[test]
    fn network_file_systems_are_told_by_the_innermost_mount() {
        let mounts = read(TABLE);
        let check = |path: &str, expect: Option<&str>| {
            let found = network(&mounts, Path::new(path));
            assert_eq!(found.as_deref(), expect, "{path}");
        };
        check("/home/me/photos", None);
        check("/mnt/nas", Some("nfs4"));
        check("/mnt/nas/2023", Some("nfs4"));
        check("/mnt/nas-not", None);
        check("/mnt/nas/local/x", None);
        check("/media/My Disk/DCIM", None);
        check("/mnt/ssh/x", Some("fuse.sshfs"));
    }

    #[test]
    fn mount_points_with_spaces_are_read_as_they_are() {
        let mounts = read(TABLE);
        assert_eq!(mounts.len(), 5);
        let mount = mount_of(&mounts, Path::new("/media/My Disk/x")).unwrap();
        assert_eq!(mount.point, Path::new("/media/My Disk"));
        assert_eq!(unescaped(b"a\\134b\\0"), b"a\\b\\0");
    }
}
