"""The weights file, as classifier/model.cpp reads it: little-endian, no padding."""
import struct
from dataclasses import dataclass

import numpy as np

MAGIC = b"llmr-classifier\n"
FORMAT = 1
TYPES = ["embedding", "code", "simple", "summarization", "extraction", "medium", "complex"]
COLUMNS = len(TYPES) + 1  # the last one is the difficulty
KNOTS = 19  # complexity 1, 1.5, ... 10
NODES, LEAVES = 7, 8


@dataclass
class Weights:
    """Everything that is learned. Shapes in brackets."""
    feature_version: int
    bias: np.ndarray  # [COLUMNS]
    scales: np.ndarray  # [zones, COLUMNS]
    dense: np.ndarray  # [dense features, COLUMNS]
    middle: np.ndarray  # [types]
    spread: np.ndarray  # [types]
    gain: np.ndarray  # [KNOTS]
    base: np.ndarray  # [types]
    trees: list  # (thresholds [NODES], leaves [LEAVES], inputs [NODES], type)
    buckets: np.ndarray  # [buckets, COLUMNS], int8

    def to_bytes(self):
        parts = [MAGIC, struct.pack("<6I", FORMAT, self.feature_version, COLUMNS,
                                    len(self.scales), len(self.dense), len(self.buckets))]
        for part in (self.bias, self.scales, self.dense, self.middle, self.spread, self.gain,
                     self.base):
            parts.append(np.ascontiguousarray(part, dtype="<f4").tobytes())
        parts.append(struct.pack("<I", len(self.trees)))
        for thresholds, leaves, inputs, tree_type in self.trees:
            parts.append(struct.pack(f"<{NODES}f{LEAVES}f{NODES}HH", *thresholds, *leaves, *inputs,
                                     tree_type))
        parts.append(np.ascontiguousarray(self.buckets, dtype=np.int8).tobytes())
        return b"".join(parts)


def quantised(weights, zone_of):
    """Int8 weights and their scales [zones, COLUMNS]. `weights` is [buckets, COLUMNS], `zone_of`
    tells each bucket's zone."""
    scales = np.ones((zone_of.max() + 1, COLUMNS), dtype=np.float32)
    rows = np.zeros(weights.shape, dtype=np.int8)
    for zone in range(len(scales)):
        of_zone = zone_of == zone
        largest = np.abs(weights[of_zone]).max(axis=0)
        scales[zone] = np.where(largest > 0, largest / 127, 1)
        rows[of_zone] = np.rint(weights[of_zone] / scales[zone])
    return rows, scales
