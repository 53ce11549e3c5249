//! Pictures and texts a second of a model in f32 and in bytes, beside ONNX Runtime on the same
//! weights, taking turns in one run.
//!
//! The other side is `tests/golden/bench_onnx.py`, which exports the checkpoint, quantises it and
//! answers one measurement a line. Without Python (`LATENT_PYTHON`) ours is measured alone.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use latent_engine::embed::encoder::{Encoder as _, Precision};
use latent_engine::embed::model::testing::{Shape, write_random_checkpoint};
use latent_engine::embed::model::{Opening, TextImageModel};
use latent_engine::embed::preprocess::PixelTensor;
use serde_json::{Value, json};

/// How often each side has its turn; the best of each counts, which other work disturbs least.
const ROUNDS: usize = 5;
/// How long a turn lasts, in seconds.
const TURN_S: f64 = 1.2;
/// Tokens of the text, start and end included, where a model takes texts as long as they are.
const TEXT_TOKENS: usize = 12;

fn main() -> Result<()> {
    let folder = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let made = tempfile::tempdir()?;
    let folder = match folder {
        Some(folder) => PathBuf::from(folder),
        None => {
            write_random_checkpoint(made.path(), 5, &Shape::vit_b_32())?;
            made.path().to_owned()
        }
    };
    let mut other = Onnx::start(&folder)?;
    println!(
        "{:<30} {:>12} {:>12} {:>7}",
        "items a second, best", "ours", "ONNX Runtime", "ratio"
    );
    for precision in [Precision::F32, Precision::Int8] {
        let (seconds, mut model) = open(&folder, precision)?;
        println!(
            "{}: loaded in {seconds:.3} s, {:.0} MB resident",
            precision.name(),
            resident_mb()
        );
        let text = text_of(&mut model)?;
        for (tower, batch, threads) in [
            ("image", 1, 1),
            ("image", 8, 1),
            ("image", 1, 2),
            ("image", 8, 2),
            ("text", 1, 1),
            ("text", 1, 2),
        ] {
            let case = Case {
                tower,
                precision,
                batch,
                threads,
            };
            let (ours, theirs) = case.measure(&mut model, &text, other.as_mut())?;
            let name = format!(
                "{tower} {} batch {batch} threads {threads}",
                precision.name()
            );
            println!(
                "{name:<30} {ours:>12.1} {theirs:>12.1} {:>7.2}",
                ours / theirs
            );
        }
    }
    Ok(())
}

fn open(folder: &Path, precision: Precision) -> Result<(f64, TextImageModel)> {
    let opening = Opening {
        precision,
        fingerprint: Some("known".to_owned()),
    };
    let start = Instant::now();
    let model = TextImageModel::open(folder, &opening)?;
    Ok((start.elapsed().as_secs_f64(), model))
}

/// Words that make [`TEXT_TOKENS`] tokens, or fill the context where texts are filled up.
fn text_of(model: &mut TextImageModel) -> Result<String> {
    let mut text = String::from("a");
    for _ in 0..10 * TEXT_TOKENS {
        if model.token_ids(&text)?.len() >= TEXT_TOKENS {
            break;
        }
        text.push_str(" a");
    }
    Ok(text)
}

#[derive(Clone, Copy)]
struct Case {
    tower: &'static str,
    precision: Precision,
    batch: usize,
    threads: usize,
}

impl Case {
    /// The best of all turns, in items a second: ours and theirs.
    fn measure(
        self,
        model: &mut TextImageModel,
        text: &str,
        mut other: Option<&mut Onnx>,
    ) -> Result<(f64, f64)> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .build()?;
        let pixels = pictures(model.image_px(), self.batch)?;
        let (mut ours, mut theirs) = (0.0_f64, f64::NAN);
        for _ in 0..ROUNDS {
            let run = || match self.tower {
                "image" => model.encode_images(&pixels).map(|v| v.len()),
                _ => model.encode_texts(&[text]).map(|v| v.len()),
            };
            ours = ours.max(pool.install(|| rate(run))?);
            if let Some(other) = other.as_deref_mut() {
                theirs = theirs.max(other.measure(self)?);
            }
        }
        Ok((ours, theirs))
    }
}

/// Items a second of the fastest of the runs that fit into a turn.
fn rate<E: std::error::Error + Send + Sync + 'static>(
    mut run: impl FnMut() -> Result<usize, E>,
) -> Result<f64> {
    run()?;
    let (start, mut best) = (Instant::now(), 0.0_f64);
    while start.elapsed() < Duration::from_secs_f64(TURN_S) {
        let before = Instant::now();
        let items = run()?;
        best = best.max(items as f64 / before.elapsed().as_secs_f64());
    }
    Ok(best)
}

fn pictures(side_px: u32, count: usize) -> Result<Vec<PixelTensor>> {
    let mut state = 1_u64;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f32 / (1 << 22) as f32 - 2.0
    };
    let values = 3 * side_px as usize * side_px as usize;
    (0..count)
        .map(|_| {
            PixelTensor::new(side_px, (0..values).map(|_| random()).collect())
                .context("a tensor of the model's size")
        })
        .collect()
}

/// ONNX Runtime in a process of its own.
struct Onnx {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Onnx {
    fn start(folder: &Path) -> Result<Option<Self>> {
        let Some(python) = std::env::var_os("LATENT_PYTHON") else {
            println!("LATENT_PYTHON is not set: ONNX Runtime is left out");
            return Ok(None);
        };
        let script =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/bench_onnx.py");
        let mut process = Command::new(python)
            .arg(script)
            .arg(folder)
            .arg(folder.join("onnx"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("Could not start Python: set LATENT_PYTHON to one with tests/golden/requirements.txt")?;
        let requests = process.stdin.take().context("the requests' pipe")?;
        let answers = BufReader::new(process.stdout.take().context("the answers' pipe")?);
        let mut other = Self {
            process,
            requests,
            answers,
        };
        println!("{}", other.line()?.trim());
        Ok(Some(other))
    }

    fn measure(&mut self, case: Case) -> Result<f64> {
        let request = json!({
            "tower": case.tower, "precision": case.precision.name(), "batch": case.batch,
            "threads": case.threads, "seconds": TURN_S,
        });
        writeln!(self.requests, "{request}")?;
        let answer: Value = serde_json::from_str(&self.line()?)?;
        let best_ms = answer.get("best_ms").and_then(Value::as_f64);
        let best_ms = best_ms.with_context(|| format!("no figure in {answer}"))?;
        Ok(case.batch as f64 * 1000.0 / best_ms)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(
            self.answers.read_line(&mut line)? > 0,
            "ONNX Runtime's side has ended"
        );
        Ok(line)
    }
}

impl Drop for Onnx {
    fn drop(&mut self) {
        let _it_may_have_ended = self.process.kill();
        let _nothing_to_do = self.process.wait();
    }
}

/// Memory in use now, where the system tells.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kb.map_or(f64::NAN, |kb| kb / 1024.0)
}
