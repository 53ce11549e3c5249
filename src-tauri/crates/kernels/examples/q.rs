//! temp
use latent_kernels::*;
use std::time::Instant;
enum P {
    F(F32Matrix),
    I(Int8Matrix),
}
impl P {
    fn new(i8: bool, k: usize, n: usize) -> Self {
        let w: Vec<f32> = (0..k * n)
            .map(|i| ((i * 7919 % 10007) as f32 - 5000.) / 5000. / (k as f32).sqrt())
            .collect();
        if i8 {
            P::I(Int8Matrix::pack(k, n, &w, None))
        } else {
            P::F(F32Matrix::pack(k, n, &w, None))
        }
    }
    fn mul(&self, l: Level, x: &[f32], o: &mut [f32], f: Finish, r: &mut Int8Rows, tq: &mut f64) {
        match self {
            P::F(m) => m.multiply(l, Rows::dense(x, m.inputs()), o, f),
            P::I(m) => {
                let t = Instant::now();
                r.quantize(l, x, m.inputs());
                *tq += t.elapsed().as_secs_f64();
                m.multiply(l, r, o, f)
            }
        }
    }
}
fn main() {
    let w = 768;
    let l = Level::detect();
    let act: Activation = if std::env::args().any(|a| a == "gelu") {
        Activation::Gelu
    } else {
        Activation::QuickGelu
    };
    for i8 in [false, true] {
        let layers: Vec<[P; 4]> = (0..12)
            .map(|_| {
                [
                    P::new(i8, w, 3 * w),
                    P::new(i8, w, w),
                    P::new(i8, w, 4 * w),
                    P::new(i8, 4 * w, w),
                ]
            })
            .collect();
        let one = vec![1f32; w];
        let zero = vec![0f32; w];
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            for b in [1usize, 8] {
                let m = 50 * b;
                let x0: Vec<f32> = (0..m * w)
                    .map(|i| ((i * 7907 % 9973) as f32 - 5000.) / 5000.)
                    .collect();
                let (mut n, mut qkv, mut att, mut inn) = (
                    vec![0f32; m * w],
                    vec![0f32; m * 3 * w],
                    vec![0f32; m * w],
                    vec![0f32; m * 4 * w],
                );
                let mut r = Int8Rows::default();
                let mut best = [f64::MAX; 8];
                let mut btot = f64::MAX;
                for _ in 0..8 {
                    let mut x = x0.clone();
                    let mut t = [0f64; 8];
                    let tot = Instant::now();
                    pool.install(|| {
                        for ly in &layers {
                            let s = Instant::now();
                            layer_norm(l, &x, &one, &zero, 1e-5, &mut n);
                            t[0] += s.elapsed().as_secs_f64();
                            let s = Instant::now();
                            ly[0].mul(l, &n, &mut qkv, Finish::default(), &mut r, &mut t[7]);
                            t[1] += s.elapsed().as_secs_f64();
                            let s = Instant::now();
                            let p = |i: usize| Projected {
                                values: &qkv[i * w..],
                                stride: 3 * w,
                            };
                            attention(
                                l,
                                Heads {
                                    batch: b,
                                    heads: 12,
                                    width: 64,
                                    queries: 50,
                                    keys: 50,
                                },
                                [p(0), p(1), p(2)],
                                Visible::All,
                                &mut att,
                            );
                            t[2] += s.elapsed().as_secs_f64();
                            let s = Instant::now();
                            ly[1].mul(
                                l,
                                &att,
                                &mut x,
                                Finish {
                                    add: true,
                                    activation: None,
                                },
                                &mut r,
                                &mut t[7],
                            );
                            t[3] += s.elapsed().as_secs_f64();
                            let s = Instant::now();
                            layer_norm(l, &x, &one, &zero, 1e-5, &mut n);
                            t[0] += s.elapsed().as_secs_f64();
                            let s = Instant::now();
                            ly[2].mul(
                                l,
                                &n,
                                &mut inn,
                                Finish {
                                    add: false,
                                    activation: Some(act),
                                },
                                &mut r,
                                &mut t[7],
                            );
                            t[4] += s.elapsed().as_secs_f64();
                            let s = Instant::now();
                            ly[3].mul(
                                l,
                                &inn,
                                &mut x,
                                Finish {
                                    add: true,
                                    activation: None,
                                },
                                &mut r,
                                &mut t[7],
                            );
                            t[5] += s.elapsed().as_secs_f64();
                        }
                    });
                    let e = tot.elapsed().as_secs_f64();
                    if e < btot {
                        btot = e;
                        best = t;
                    }
                }
                println!(
                    "int8 {i8} t{threads} b{b}: {:.2} ms/img | norm {:.2} qkv {:.2} att {:.2} out {:.2} fc1 {:.2} fc2 {:.2} (quant {:.2})",
                    btot * 1e3 / b as f64,
                    best[0] * 1e3 / b as f64,
                    best[1] * 1e3 / b as f64,
                    best[2] * 1e3 / b as f64,
                    best[3] * 1e3 / b as f64,
                    best[4] * 1e3 / b as f64,
                    best[5] * 1e3 / b as f64,
                    best[7] * 1e3 / b as f64
                );
            }
        }
    }
}
