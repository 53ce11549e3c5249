"""Measures faiss, hnswlib and usearch on the vectors, queries and filters of `cargo xtask bench search`.

    python tests/peers/search.py FOLDER [MINUTES|- [KEPT]]

FOLDER is what `benches/search/data.rs` writes. Every index is built with two threads and asked with
one, a query at a time. A graph is asked with wider and wider searches until it finds 99.9 % of the
true nearest. With MINUTES, each index has so long; what is left then is named and skipped. A graph
of a million vectors takes a quarter of an hour and more: in the folder KEPT it is kept, with the time
it took, for the next run over the same vectors. The processor's time is told beside the clock's: it
stays the same where other programs run. Prints the lines that `benches/search/lines.rs` reads.
"""

import hashlib
import json
import sys
import time
from pathlib import Path

import faiss
import hnswlib
import numpy as np
from usearch.index import Index as Usearch

BUILD_THREADS = 2
# Rows added at once: the clock is looked at in between.
CHUNK = 5_000
WARM_UP = 20

NEIGHBOURS = 16
BUILD_WIDTH = 100
WIDTHS = [16, 32, 64, 128, 256, 512, 1024]
ENOUGH = 0.999
# Cosines this near are equal: sums in another order differ by so much.
ROUNDING = 1e-6


class Space:
    """The vectors, queries, filters and true nearest of a folder."""

    def __init__(self, folder):
        about = json.loads((folder / "about.json").read_text())
        self.count, self.dim, self.k = about["count"], about["dim"], about["k"]
        self.filters = about["filters"]
        self.rows = np.memmap(folder / "vectors.f32", "<f4", "r", shape=(self.count, self.dim))
        self.queries = np.fromfile(folder / "queries.f32", "<f4").reshape(-1, self.dim)
        truth = np.fromfile(folder / "truth.i64", "<i8")
        self.truth = truth.reshape(len(self.filters), len(self.queries), self.k)
        self.folder = folder

    def bits(self, number):
        """The photos that a filter lets pass, a bit each; none for the first, which lets all."""
        if number == 0:
            return None
        return np.fromfile(self.folder / f"filter-{number}.bits", np.uint8)

    def recall(self, number, answers):
        """Share of the true nearest among the answers; an equally near photo is as good."""
        kept = wanted = 0
        for query, truth, found in zip(self.queries, self.truth[number], answers):
            truth = truth[truth >= 0]
            found = np.unique(found[found >= 0]).astype(np.int64)
            least = (self.rows[truth] @ query).min() - ROUNDING
            kept += min(len(truth), int(((self.rows[found] @ query) >= least).sum()))
            wanted += len(truth)
        return kept / wanted


class FaissFlat:
    """Every product in f32."""

    name = "faiss IndexFlatIP"
    widths = [None]
    filters = True
    kept = False

    def __init__(self, space):
        faiss.omp_set_num_threads(BUILD_THREADS)
        self.index = self.make(space.dim)

    def make(self, dim):
        return faiss.IndexFlatIP(dim)

    def add(self, first, rows):
        self.index.add(rows)

    def bytes(self):
        return self.index.ntotal * self.index.d * 4

    def ask_with(self, k, width, bits):
        self.k = k
        faiss.omp_set_num_threads(1)
        self.selector = None if bits is None else faiss.IDSelectorBitmap(bits)
        self.parameters = self.parameters_of(width)
        if self.selector:
            self.parameters.sel = self.selector

    def parameters_of(self, _width):
        return faiss.SearchParameters()

    def ask(self, query):
        return self.index.search(query, self.k, params=self.parameters)[1][0]


class FaissGraph(FaissFlat):
    """A graph over f32."""

    name = "faiss IndexHNSWFlat"
    widths = WIDTHS
    kept = True

    def save(self, path):
        faiss.write_index(self.index, path)

    def load(self, path):
        self.index = faiss.read_index(path)

    def make(self, dim):
        index = faiss.IndexHNSWFlat(dim, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = BUILD_WIDTH
        return index

    def bytes(self):
        graph = self.index.hnsw
        links = graph.neighbors.size() * 4 + graph.offsets.size() * 8 + graph.levels.size() * 4
        return super().bytes() + links

    def parameters_of(self, width):
        return faiss.SearchParametersHNSW(efSearch=width)


class Hnswlib:
    """A graph over f32; a filter is a function, here of Python, which it calls for every photo it meets."""

    name = "hnswlib"
    widths = WIDTHS
    filters = True
    kept = True

    def save(self, path):
        self.index.save_index(path)

    def load(self, path):
        self.index.load_index(path, max_elements=self.count)

    def __init__(self, space):
        self.count = space.count
        self.index = hnswlib.Index(space="ip", dim=space.dim)
        self.index.init_index(space.count, M=NEIGHBOURS, ef_construction=BUILD_WIDTH, random_seed=7)

    def add(self, first, rows):
        ids = np.arange(first, first + len(rows))
        self.index.add_items(rows, ids, num_threads=BUILD_THREADS)

    def bytes(self):
        return self.index.index_file_size()

    def ask_with(self, k, width, bits):
        self.k = k
        self.index.set_ef(width)
        self.passes = None
        if bits is not None:
            passing = np.unpackbits(bits, count=self.count, bitorder="little")
            self.passes = frozenset(np.flatnonzero(passing).tolist()).__contains__

    def ask(self, query):
        try:
            found, _ = self.index.knn_query(query, self.k, num_threads=1, filter=self.passes)
        except RuntimeError:
            # It answers nothing at all where it finds fewer than k.
            return np.empty(0, np.int64)
        return found[0].astype(np.int64)


class UsearchHalf:
    """A graph over f16. Its Python takes no filters."""

    name = "usearch f16"
    widths = WIDTHS
    filters = False
    kept = True

    def save(self, path):
        self.index.save(path)

    def load(self, path):
        self.index.load(path)

    def __init__(self, space):
        self.index = Usearch(
            ndim=space.dim,
            metric="ip",
            dtype="f16",
            connectivity=NEIGHBOURS,
            expansion_add=BUILD_WIDTH,
        )

    def add(self, first, rows):
        self.index.add(np.arange(first, first + len(rows)), rows, threads=BUILD_THREADS)

    def bytes(self):
        return self.index.memory_usage

    def ask_with(self, k, width, _bits):
        self.k = k
        self.index.expansion_search = width

    def ask(self, query):
        return self.index.search(query[0], self.k, threads=1).keys.astype(np.int64)


def tell(kind, **what):
    print(json.dumps({kind: what}), flush=True)


class Kept:
    """The graphs of earlier runs over the same vectors: a file each, and the seconds they took."""

    def __init__(self, folder, space):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        some = hashlib.sha256(np.ascontiguousarray(space.rows[:: max(1, space.count // 1000)]))
        self.vectors = f"{space.count}-{space.dim}-{some.hexdigest()[:16]}"

    def place(self, peer):
        name = peer.name.replace(" ", "-")
        return self.folder / f"{name}-{NEIGHBOURS}-{BUILD_WIDTH}-{self.vectors}"

    def load(self, peer):
        """The seconds that building it took, where it is there."""
        seconds = self.place(peer).with_suffix(".json")
        if not peer.kept or not seconds.exists():
            return None
        peer.load(str(self.place(peer)))
        return json.loads(seconds.read_text())

    def save(self, peer, spent):
        if peer.kept:
            peer.save(str(self.place(peer)))
            self.place(peer).with_suffix(".json").write_text(json.dumps(spent))


def build(peer, space, until, kept):
    """Adds all rows; answers whether there was time for it."""
    spent = kept.load(peer) if kept else None
    when = "" if spent is None else ", in an earlier run"
    if spent is None:
        spent = add_all(peer, space, until)
        if spent is None:
            return False
        if kept:
            kept.save(peer, spent)
    clock, processor = spent
    extra = f"{BUILD_THREADS} threads, {processor:.0f} s of processor time{when}"
    tell("figure", name=f"{peer.name}: build", value=clock, unit="s", extra=extra)
    each = peer.bytes() / space.count
    tell("figure", name=f"{peer.name}: memory", value=each, unit="bytes a photo", extra="as it counts")
    return True


def add_all(peer, space, until):
    """The seconds that adding all rows took, by the clock and of the processor; none where there was
    no time for it."""
    clock = processor = 0.0
    for first in range(0, space.count, CHUNK):
        if time.monotonic() > until:
            tell("skipped", name=peer.name, why=f"its time was up with {first} vectors built in")
            return None
        rows = np.array(space.rows[first : first + CHUNK])
        started = time.perf_counter(), time.process_time()
        peer.add(first, rows)
        clock += time.perf_counter() - started[0]
        processor += time.process_time() - started[1]
    return [clock, processor]


def measure(peer, space, number, width):
    """Asks all queries with a filter; answers the recall."""
    name = peer.name if width is None else f"{peer.name}, ef {width}"
    wanted = min(space.k, space.filters[number]["passing"])
    peer.ask_with(wanted, width, space.bits(number))
    queries = [space.queries[i : i + 1] for i in range(len(space.queries))]
    for query in queries[:WARM_UP]:
        peer.ask(query)
    ms, answers = [], []
    for query in queries:
        started = time.perf_counter()
        answers.append(peer.ask(query))
        ms.append((time.perf_counter() - started) * 1e3)
    recall = space.recall(number, answers)
    short = sum((answer >= 0).sum() < wanted for answer in answers)
    extra = f"{short} queries found fewer than {wanted}" if short else ""
    tell("measured", name=name, filter=number, ms=ms, recall=recall, extra=extra)
    return recall


def run(kind, space, minutes, kept):
    until = time.monotonic() + minutes * 60
    peer = kind(space)
    if not build(peer, space, until, kept):
        return
    if not peer.filters:
        tell("skipped", name=f"{peer.name}, filters", why="its Python takes none")
    for number, one in enumerate(space.filters):
        if number > 0 and not peer.filters:
            break
        for width in peer.widths:
            if time.monotonic() > until:
                where = f"filter {one['name']}" + (f", ef {width}" if width else "")
                tell("skipped", name=peer.name, why=f"its time was up before {where}")
                return
            if measure(peer, space, number, width) >= ENOUGH:
                break


def main():
    words = sys.argv[1:] + ["-"] * 2
    space = Space(Path(words[0]))
    minutes = float("inf") if words[1] == "-" else float(words[1])
    kept = None if words[2] == "-" else Kept(words[2], space)
    for kind in [FaissFlat, FaissGraph, Hnswlib, UsearchHalf]:
        run(kind, space, minutes, kept)


if __name__ == "__main__":
    main()
