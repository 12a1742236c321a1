"""Features of queries, read by the classifier's own code."""
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sparse


@dataclass
class Features:
    version: int
    dense: np.ndarray  # [queries, dense features]
    ngrams: sparse.csr_matrix  # [queries, buckets], each zone of a query a vector of length 1
    zone_of: np.ndarray  # [buckets]

    def rows(self, which):
        return Features(self.version, self.dense[which], self.ngrams[which], self.zone_of)

    @property
    def zones(self):
        return int(self.zone_of.max()) + 1


def norms(counts):
    return 1 / np.sqrt(np.maximum(counts, 1)).astype(np.float32)


def read_buckets(raw, queries, zones):
    """Bucket numbers, their values, and where each query begins."""
    indices, values, starts = [], [], [0]
    at = 0
    for _ in range(queries):
        length = 0
        for _ in range(zones):
            count = int(raw[at])
            indices.append(raw[at + 1:at + 1 + count])
            values.append(np.full(count, norms(count), dtype=np.float32))
            at += 1 + count
            length += count
        starts.append(starts[-1] + length)
    return np.concatenate(indices), np.concatenate(values), np.array(starts)


def extract(binary, queries):
    """Runs dump_features over query dicts. Fails with its message if it does."""
    lines = "".join(json.dumps(query) + "\n" for query in queries)
    with tempfile.TemporaryDirectory() as folder:
        dense_file, bucket_file = Path(folder, "dense"), Path(folder, "buckets")
        result = subprocess.run([binary, dense_file, bucket_file], input=lines.encode(),
                                stdout=subprocess.PIPE, check=True)
        version, dense_count, *zone_sizes = map(int, result.stdout.split())
        dense = np.fromfile(dense_file, dtype="<f4").reshape(len(queries), dense_count)
        raw = np.fromfile(bucket_file, dtype="<u4")
    indices, values, starts = read_buckets(raw, len(queries), len(zone_sizes))
    ngrams = sparse.csr_matrix((values, indices.astype(np.int32), starts),
                               shape=(len(queries), sum(zone_sizes)))
    ngrams.sum_duplicates()
    return Features(version, dense, ngrams, np.repeat(np.arange(len(zone_sizes)), zone_sizes))
