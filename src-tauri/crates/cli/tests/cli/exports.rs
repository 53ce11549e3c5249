//! Photos taken out of the library.

use crate::latent::{Latent, stderr, stdout};

#[test]
fn photos_are_exported_and_those_that_cannot_be_change_the_exit_code() {
    let latent = Latent::with_photos();
    let out = tempfile::tempdir().unwrap();
    let to = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let jpeg = latent.json(&[
        "export",
        "jpeg",
        &to("jpeg"),
        "--filter",
        "name:red,green",
        "--pattern",
        "{seq:2}-{ext}",
        "--long-side",
        "32",
        "--box",
        "0,0,0.5,1",
    ]);
    assert_eq!(
        (&jpeg["photos"], &jpeg["files"]),
        (&2.into(), &2.into()),
        "{jpeg}"
    );
    let picture = image::open(out.path().join("jpeg/01-png.jpg")).unwrap();
    assert_eq!((picture.width(), picture.height()), (21, 32));
    let sheet = latent.json(&[
        "export",
        "sheet",
        &to("sheet.pdf"),
        "--search",
        "",
        "--columns",
        "2",
    ]);
    assert_eq!(sheet["photos"], 3, "{sheet}");
    let csv = latent.run(&[
        "export",
        "csv",
        &to("list.csv"),
        "--search",
        "",
        "--limit",
        "2",
    ]);
    assert!(stdout(&csv).starts_with("2 photos"), "{}", stdout(&csv));
    std::fs::remove_file(latent.photo("red.png")).unwrap();
    let some = latent.run(&["export", "originals", &to("some"), "--photo", "1", "2", "3"]);
    assert_eq!(some.status.code(), Some(3), "{}", stderr(&some));
    assert!(
        stderr(&some).contains("not there any more"),
        "{}",
        stderr(&some)
    );
    for wrong in [
        &[
            "export",
            "jpeg",
            &to("x"),
            "--search",
            "",
            "--pattern",
            "{nam}",
        ][..],
        &[
            "export",
            "originals",
            &to("x"),
            "--search",
            "",
            "--box",
            "0,0,1,1",
        ],
        &[
            "export",
            "jpeg",
            &to("x"),
            "--photo",
            "1",
            "--box",
            "px:0,0,1,1",
        ],
    ] {
        assert_ne!(latent.run(wrong).status.code(), Some(0), "{wrong:?}");
    }
    assert!(!out.path().join("x").exists());
}

/// A disk of 64 KiB, in a mount namespace of its own.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_leaves_whole_files_only() {
    use std::process::Command;

    const SCRIPT: &str = r#"
mount -t tmpfs -o size=64k tmpfs "$1" || exit 77
latent="$2"; out="$1"; kept="$3"; shift 3
"$latent" export originals "$out" --search ""
code=$?
cp -a "$out/." "$kept" && exit $code
"#;
    let latent = Latent::new();
    for seed in 0..8_u8 {
        let noise = image::RgbImage::from_fn(80, 80, |x, y| {
            let mixed = blend(x * 131 + y * 7919 + u32::from(seed) * 104_729);
            image::Rgb([mixed as u8, (mixed >> 8) as u8, (mixed >> 16) as u8])
        });
        noise.save(latent.photo(&format!("{seed}.png"))).unwrap();
    }
    latent.json(&["index", latent.folder()]);
    let (out, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", SCRIPT, "sh"])
        .args([
            out.path(),
            env!("CARGO_BIN_EXE_latent").as_ref(),
            kept.path(),
        ])
        .env("LATENT_DATA_DIR", latent.data.path())
        .output();
    let Some(output) = output
        .ok()
        .filter(|output| output.status.code() != Some(77))
    else {
        println!("skipped: this user may not mount a small disk");
        return;
    };
    let told = stderr(&output);
    if told.contains("Operation not permitted") {
        println!("skipped: this user may not have a mount namespace");
        return;
    }
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("No space left on device"), "{told}");
    let names: Vec<_> = std::fs::read_dir(kept.path())
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    assert!(!names.is_empty() && names.len() < 8, "{names:?}");
    for path in names {
        let original = latent.photos.path().join(path.file_name().unwrap());
        assert_eq!(
            std::fs::read(&path).unwrap(),
            std::fs::read(original).unwrap(),
            "{path:?}"
        );
    }
}

#[cfg(target_os = "linux")]
fn blend(seed: u32) -> u32 {
    let mut mixed = seed.wrapping_mul(0x9E37_79B9);
    mixed ^= mixed >> 15;
    mixed = mixed.wrapping_mul(0x85EB_CA6B);
    mixed ^ (mixed >> 13)
}
