use latent_kernels::*;
use std::time::Instant;
fn main() {
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(||{
 for m in [50usize,400]{
  for (k,n) in [(768usize,2304usize),(768,768),(768,3072),(3072,768)]{
   let w:Vec<f32>=(0..k*n).map(|i|((i*7%1001) as f32-500.)/500.).collect();
   let x:Vec<f32>=(0..m*k).map(|i|((i*13%997) as f32-500.)/500.).collect();
   let f=F32Matrix::pack(k,n,&w,None); let q=Int8Matrix::pack(k,n,&w,None);
   let mut out=vec![0f32;m*n];
   for level in Level::available(){
    let mut best=f64::MAX; for _ in 0..8{let t=Instant::now(); f.multiply(level,Rows::dense(&x,k),&mut out,Finish::default()); best=best.min(t.elapsed().as_secs_f64());}
    let mut r=Int8Rows::default(); let mut bq=f64::MAX;let mut bz=f64::MAX;
    for _ in 0..8{let t=Instant::now(); r.quantize(level,&x,k); bz=bz.min(t.elapsed().as_secs_f64());}
    for _ in 0..8{let t=Instant::now(); q.multiply(level,&r,&mut out,Finish::default()); bq=bq.min(t.elapsed().as_secs_f64());}
    let g=2.*(m*k*n) as f64/1e9;
    println!("t{threads} m{m} k{k} n{n} {:12} f32 {:7.1} GF  int8 {:7.1} GOP quant {:.3} ms", level.name(), g/best, g/bq, bz*1e3);
   }
   let mut a=vec![0.01f32;m*n]; let t=Instant::now(); let _=&mut a; let _=t;
  }}});
    }
}
