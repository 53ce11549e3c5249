//! The scan against a plain one, on seeded vectors.

use super::*;
use crate::index::By;

/// A small generator (xorshift, Marsaglia 2003): the same numbers on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn unit_vector(&mut self, dim: usize) -> Vec<f32> {
        let mut v: Vec<f32> = (0..dim)
            .map(|_| (self.next() >> 40) as f32 / (1_u32 << 23) as f32 - 1.0)
            .collect();
        let norm = v.iter().map(|x| x * x).sum::<f32>().sqrt();
        v.iter_mut().for_each(|x| *x /= norm);
        v
    }
}

fn halves(vector: &[f32]) -> Vec<f16> {
    vector.iter().map(|&v| f16::from_f32(v)).collect()
}

fn filled(dim: usize, count: usize, random: &mut Random) -> VectorMatrix {
    let mut matrix = VectorMatrix::with_capacity(dim, count);
    for i in 0..count {
        matrix
            .insert(PhotoId(i as i64 * 3 + 1), &halves(&random.unit_vector(dim)))
            .unwrap();
    }
    matrix
}

/// Every photo scored in plain double precision, the best first.
fn plainly(matrix: &VectorMatrix, query: &[f32], ids: &[PhotoId]) -> Vec<(PhotoId, f64)> {
    let score = |id: PhotoId| -> Option<f64> {
        let row = matrix.get(id)?;
        Some(
            query
                .iter()
                .zip(row)
                .map(|(&q, r)| f64::from(q) * r.to_f64())
                .sum(),
        )
    };
    let mut all: Vec<_> = ids
        .iter()
        .filter_map(|&id| Some((id, score(id)?)))
        .collect();
    all.sort_by(|l, r| r.1.total_cmp(&l.1).then(l.0.cmp(&r.0)));
    all
}

fn check(matrix: &VectorMatrix, query: &[f32], k: usize, only: Option<&[PhotoId]>) {
    let set: Option<PhotoSet> = only.map(|ids| ids.iter().copied().collect());
    let candidates = set.as_ref().map_or(Candidates::All, Candidates::Only);
    let expect = plainly(matrix, query, only.unwrap_or(matrix.ids()));
    let nearest = matrix.search(query, k, candidates).unwrap();
    assert_eq!(
        (nearest.compared, nearest.by),
        (expect.len() as u64, By::ExactScan)
    );
    let found = nearest.neighbours;
    assert_eq!(found.len(), k.min(expect.len()));
    for (got, (id, cosine)) in found.iter().zip(&expect) {
        assert!((f64::from(got.cosine) - cosine).abs() < 1e-5);
        let own = expect.iter().find(|(other, _)| *other == got.id).unwrap().1;
        assert!(
            (own - cosine).abs() < 1e-5,
            "{} stands where {id} should",
            got.id
        );
    }
    check_the_others(matrix, query, candidates, &found);
}

/// What is within a distance, single cosines and samples are those of the search.
fn check_the_others(
    matrix: &VectorMatrix,
    query: &[f32],
    candidates: Candidates<'_>,
    found: &[Neighbour],
) {
    let all = matrix.within(query, -2.0, candidates).unwrap().neighbours;
    assert_eq!(all[..found.len()], *found);
    let least = found.last().map_or(2.0, |last| last.cosine);
    let near = matrix.within(query, least, candidates).unwrap().neighbours;
    assert_eq!(near, all[..near.len()]);
    assert!(all[near.len()..].iter().all(|one| one.cosine < least));
    let ids: Vec<PhotoId> = found.iter().map(|one| one.id).chain([PhotoId(0)]).collect();
    let mut expect: Vec<_> = found.iter().map(|one| Some(one.cosine)).collect();
    expect.push(None);
    assert_eq!(matrix.cosines(query, &ids).unwrap(), expect);
    let all = matrix
        .within(query, -2.0, Candidates::All)
        .unwrap()
        .neighbours;
    let mut whole: Vec<f32> = all.iter().map(|one| one.cosine).collect();
    let mut sample = matrix.sample(query, matrix.len() + 3).unwrap();
    sample.sort_by(f32::total_cmp);
    whole.sort_by(f32::total_cmp);
    assert_eq!(sample, whole);
    assert_eq!(matrix.sample(query, 1).unwrap().len(), 1);
}

#[test]
fn the_scan_equals_a_plain_one() {
    let mut random = Random(0x5eed);
    for (dim, count) in [
        (1, 5),
        (3, 1),
        (16, 100),
        (37, 333),
        (128, 1001),
        (512, 300),
    ] {
        let matrix = filled(dim, count, &mut random);
        for k in [1, 2, 10, 100, count, count + 7] {
            let query = random.unit_vector(dim);
            check(&matrix, &query, k, None);
            let some: Vec<PhotoId> = matrix
                .ids()
                .iter()
                .copied()
                .filter(|id| id.0 % 4 == 1)
                .collect();
            check(&matrix, &query, k, Some(&some));
        }
    }
}

#[test]
fn many_rows_shared_among_threads_give_the_same() {
    let mut random = Random(77);
    let matrix = filled(8, PARALLEL_FROM + 4_321, &mut random);
    let query = random.unit_vector(8);
    let found = matrix.search(&query, 50, Candidates::All).unwrap();
    let expect = plainly(&matrix, &query, matrix.ids());
    for (got, (_, cosine)) in found.neighbours.iter().zip(&expect) {
        assert!((f64::from(got.cosine) - cosine).abs() < 1e-5);
    }
    assert_eq!(
        found,
        matrix
            .search(&query, 50, Candidates::Only(matrix.photos()))
            .unwrap()
    );
    let all = matrix.within(&query, -2.0, Candidates::All).unwrap();
    assert_eq!(all.neighbours.len(), matrix.len());
}

#[test]
fn a_replaced_vector_is_found_as_it_is_now() {
    let mut matrix = VectorMatrix::new(2);
    matrix.insert(PhotoId(1), &halves(&[1.0, 0.0])).unwrap();
    matrix.insert(PhotoId(2), &halves(&[0.6, 0.8])).unwrap();
    matrix.insert(PhotoId(1), &halves(&[0.0, 1.0])).unwrap();
    assert_eq!(matrix.len(), 2);
    let found = matrix.search(&[0.0, 1.0], 1, Candidates::All).unwrap();
    assert_eq!(
        found.neighbours,
        [Neighbour {
            id: PhotoId(1),
            cosine: 1.0
        }]
    );
}

#[test]
fn a_removed_photo_is_gone_and_the_others_stay() {
    let mut random = Random(9);
    let mut matrix = filled(16, 50, &mut random);
    let kept: Vec<(PhotoId, Vec<f16>)> = matrix
        .ids()
        .iter()
        .map(|&id| (id, matrix.get(id).unwrap()))
        .collect();
    let gone = |id: PhotoId| [1, 4, 70, 148].contains(&id.0);
    for &(id, _) in kept.iter().filter(|(id, _)| gone(*id)) {
        assert!(matrix.remove(id));
        assert!(!matrix.remove(id));
    }
    assert_eq!(matrix.len(), 46);
    for (id, vector) in &kept {
        assert_eq!(matrix.get(*id), (!gone(*id)).then(|| vector.clone()));
    }
    check(&matrix, &random.unit_vector(16), 100, None);
    for (id, _) in &kept {
        matrix.remove(*id);
    }
    assert!(matrix.is_empty() && matrix.ids().is_empty() && matrix.photos().is_empty());
}

#[test]
fn an_empty_matrix_finds_nothing() {
    let matrix = VectorMatrix::new(4);
    let query = [1.0, 0.0, 0.0, 0.0];
    let stranger = PhotoSet::from_iter([PhotoId(3)]);
    for candidates in [Candidates::All, Candidates::Only(&stranger)] {
        let none = Nearest::exact(Vec::new(), 0);
        assert_eq!(matrix.search(&query, 5, candidates).unwrap(), none);
        assert_eq!(matrix.within(&query, -2.0, candidates).unwrap(), none);
    }
    assert!(matrix.sample(&query, 5).unwrap().is_empty());
}

#[test]
fn nothing_is_found_where_nothing_is_asked_or_allowed() {
    let matrix = filled(4, 10, &mut Random(3));
    let query = [1.0, 0.0, 0.0, 0.0];
    let found = |k, candidates: Candidates<'_>| {
        let found = matrix.search(&query, k, candidates).unwrap().neighbours;
        found.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert!(found(0, Candidates::All).is_empty());
    assert!(found(5, Candidates::Only(&PhotoSet::new())).is_empty());
    let strangers = PhotoSet::from_iter([PhotoId(2), PhotoId(1), PhotoId(999)]);
    assert_eq!(found(5, Candidates::Only(&strangers)), [PhotoId(1)]);
}

#[test]
fn equal_photos_come_by_id_also_where_k_cuts() {
    let mut matrix = VectorMatrix::new(2);
    let same = halves(&[0.6, 0.8]);
    let ids = (0..500_i64).map(|i| PhotoId((i * 7919) % 500));
    for id in ids {
        matrix.insert(id, &same).unwrap();
    }
    for k in [1, 7, 64, 499] {
        let nearest = matrix.search(&[0.6, 0.8], k, Candidates::All).unwrap();
        let found = nearest.neighbours;
        let expect: Vec<PhotoId> = (0..k as i64).map(PhotoId).collect();
        assert_eq!(found.iter().map(|n| n.id).collect::<Vec<_>>(), expect);
    }
}

#[test]
fn a_vector_of_another_size_is_refused() {
    let mut matrix = VectorMatrix::new(3);
    let mismatch = IndexError::DimensionMismatch {
        expected: 3,
        actual: 2,
    };
    assert_eq!(
        matrix.insert(PhotoId(1), &halves(&[1.0, 0.0])),
        Err(mismatch)
    );
    assert_eq!(
        matrix.search(&[1.0, 0.0], 1, Candidates::All),
        Err(mismatch)
    );
    assert_eq!(
        matrix.within(&[1.0, 0.0], 0.0, Candidates::All),
        Err(mismatch)
    );
    assert_eq!(matrix.cosines(&[1.0, 0.0], &[]), Err(mismatch));
    assert_eq!(matrix.sample(&[1.0, 0.0], 1), Err(mismatch));
    assert!(matrix.is_empty());
}

#[test]
fn what_is_no_number_is_refused_and_never_ranks() {
    let mut matrix = VectorMatrix::new(2);
    assert_eq!(
        matrix.insert(PhotoId(1), &[f16::NAN, f16::ONE]),
        Err(IndexError::NotFinite)
    );
    assert_eq!(
        matrix.insert(PhotoId(1), &[f16::INFINITY, f16::ONE]),
        Err(IndexError::NotFinite)
    );
    matrix.insert(PhotoId(2), &[f16::MAX, f16::MIN]).unwrap();
    matrix.insert(PhotoId(3), &halves(&[1.0, 0.0])).unwrap();
    let query = [f32::NAN, 0.0];
    assert_eq!(
        matrix.search(&query, 1, Candidates::All),
        Err(IndexError::NotFinite)
    );
    let found = matrix
        .search(&[f32::MAX, f32::MAX], 2, Candidates::All)
        .unwrap()
        .neighbours;
    assert_eq!(found.first().map(|n| n.id), Some(PhotoId(3)));
    assert!(found.iter().all(|n| !n.cosine.is_nan()));
}
