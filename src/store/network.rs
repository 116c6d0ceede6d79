//! File systems on which SQLite's locks and shared memory do not work between machines.

use std::path::Path;

/// Returns the name of the network file system that a path lies on.
#[cfg(target_os = "linux")]
pub(super) fn file_system(path: &Path) -> Option<&'static str> {
    // statfs(2). FUSE is here because of sshfs and its like.
    const KINDS: [(u32, &str); 6] = [
        (0x6969, "NFS"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB"),
        (0x517b, "SMB"),
        (0x0102_1997, "9p"),
        (0x6573_5546, "FUSE"),
    ];
    // Its type differs between platforms; all numbers have 32 bits.
    #[allow(clippy::unnecessary_cast, clippy::cast_sign_loss)]
    let found = nix::sys::statfs::statfs(path).ok()?.filesystem_type().0 as u32;
    KINDS
        .into_iter()
        .find(|(magic, _)| *magic == found)
        .map(|(_, name)| name)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn file_system(_path: &Path) -> Option<&'static str> {
    None
}
