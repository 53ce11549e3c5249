//! ViT-B/32 at its real size, with random weights. Slow, and 0.6 GB on disk: run by hand.

use std::time::Instant;

use super::*;

/// Seconds that something took, and its answer.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let answer = work();
    (start.elapsed().as_secs_f64(), answer)
}

/// Processor seconds of this process so far, to 0.01; 0 off Linux. Wall time says little on a
/// busy machine.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Resident memory in MB, and its highest so far; `None` off Linux.
fn memory_mb() -> Option<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let read = |key: &str| -> Option<u64> {
        let line = status.lines().find(|l| l.starts_with(key))?;
        line.split_whitespace()
            .nth(1)?
            .parse::<u64>()
            .ok()
            .map(|kb| kb / 1024)
    };
    Some((read("VmRSS:")?, read("VmHWM:")?))
}

#[test]
#[ignore = "writes a checkpoint of 605 MB and computes for seconds; run with --run-ignored all"]
fn vit_b_32_loads_and_encodes_at_its_real_size() {
    let folder = tempfile::tempdir().unwrap();
    let (written, ()) =
        timed(|| write_random_checkpoint(folder.path(), 5, &Shape::vit_b_32()).unwrap());
    let (inspected, info) = timed(|| inspect(folder.path()).unwrap());
    let before_opening = cpu_s();
    let (opened, mut model) = timed(|| open(folder.path()).unwrap());
    println!("write {written:.2} s, inspect {inspected:.3} s, open {opened:.2} s");
    println!("processor time of open {:.2} s", cpu_s() - before_opening);
    println!("memory now, peak: {:?} MB", memory_mb());
    assert_eq!(&info, model.info());

    let pictures: Vec<_> = (0..8).map(|i| picture(i, 1024, 683)).collect();
    let (preparing, tensors) = timed(|| prepared(&model, &pictures));
    println!("prepare {:.2} ms a picture", preparing * 1000.0 / 8.0);
    let batch = model.encode_images(&tensors).unwrap();
    let start = cpu_s();
    let (eight, again) = timed(|| model.encode_images(&tensors).unwrap());
    let middle = cpu_s();
    assert_eq!(batch, again);
    let (ones, singles) = timed(|| -> Vec<_> {
        tensors
            .chunks(1)
            .map(|t| model.encode_images(t).unwrap().remove(0))
            .collect()
    });
    println!(
        "pictures a second: {:.1} one by one, {:.1} by eight",
        8.0 / ones,
        8.0 / eight
    );
    let (by_eight, by_one) = (middle - start, cpu_s() - middle);
    println!(
        "pictures a processor second: {:.1} and {:.1}",
        8.0 / by_one,
        8.0 / by_eight
    );
    let lowest = singles
        .iter()
        .zip(&batch)
        .map(|(a, b)| cosine(a, b))
        .fold(1.0, f64::min);
    let closest = (1..8)
        .map(|i| cosine(&batch[0], &batch[i]))
        .fold(-1.0, f64::max);
    println!("single to batch {lowest}, nearest other picture {closest}");
    assert!(lowest >= 0.999_99 && closest < 0.99);

    let (first, _) = timed(|| model.encode_texts(&["a dog"]).unwrap());
    let (next, _) = timed(|| model.encode_texts(&["a red dog"]).unwrap());
    println!(
        "first text {first:.2} s, next {:.1} ms; memory {:?} MB",
        next * 1000.0,
        memory_mb()
    );
}

/// Run `tests/golden/clip.py --compare FOLDER` first, with the same folder here.
#[test]
#[ignore = "needs LATENT_COMPARE_MODEL, a model folder that clip.py --compare has answered"]
fn a_real_model_equals_the_reference() {
    let folder = std::env::var_os("LATENT_COMPARE_MODEL")
        .expect("set LATENT_COMPARE_MODEL to a folder that clip.py --compare has answered");
    let golden::Distance {
        levels,
        mean_levels,
        images,
        towers,
        texts,
    } = golden::compare(Path::new(&folder));
    println!(
        "{levels} levels at most, {mean_levels} on average; cosines {images} {towers} {texts}"
    );
    assert!(levels < 0.001);
    assert!(images >= 0.999_99 && towers >= 0.999_999 && texts >= 0.999_99);
}
