"""Tests of the training, with the built reader of features. DUMP_FEATURES names it."""
import io
import json
import os
import random
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np

import augment
import difficulty
import forest
import measures
import queries
import train
from features import extract
from weights_file import COLUMNS, TYPES, Weights, quantised

DUMP_FEATURES = os.environ["DUMP_FEATURES"]
SUBJECTS = ["rivers", "bread", "trains", "bees", "glass", "winter", "chess", "salt", "rope", "maps"]
FORMS = {
    "embedding": "Represent this sentence for retrieval: {} and more {}",
    "code": "Write a Python function that sorts {} by {}",
    "simple": "What is the capital of {} or {}?",
    "summarization": "Summarize: the {} were fine. The {} were not, and everybody left early.",
    "extraction": "List all names in this text about {}: Ann, Bob and the {}.",
    "medium": "Write a short story about {} and {}",
    "complex": "Prove that every set of {} has a larger set of {}",
}


def rows(count=280, seed=3):
    rng = random.Random(seed)
    made = []
    for i in range(count):
        kind = TYPES[i % len(TYPES)]
        prompt = FORMS[kind].format(rng.choice(SUBJECTS), rng.choice(SUBJECTS)) + f" {i}"
        made.append({"prompt": prompt, "type": kind, "gain": rng.randrange(1, 10),
                     "source": "test", "license": "own", "split": "dev" if i % 5 == 0 else "train"})
    return made


def write(folder, made):
    Path(folder, "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in made))


def run_training(folder, out):
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return train.main([str(folder), "--features", DUMP_FEATURES, "--out", str(out)])


class TrainingTest(unittest.TestCase):
    def test_the_same_data_gives_the_same_bytes_of_the_size_that_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            write(folder, rows())
            files = [Path(folder, name) for name in ("one.bin", "two.bin")]
            for file in files:
                self.assertEqual(run_training(folder, file), 0)
            first, second = (file.read_bytes() for file in files)
            self.assertEqual(first, second)
            self.assertTrue(first.startswith(b"llmr-classifier\n"))

    def test_what_is_taught_is_learned(self):
        made = rows()
        with tempfile.TemporaryDirectory() as folder:
            write(folder, made)
            all_queries = queries.read_folder(folder)
            features = extract(DUMP_FEATURES, [q.query for q in all_queries])
            weights = train.train(all_queries, features)
            decided, _ = train.decided(features, weights)
        dev = np.array([row["split"] == "dev" for row in made])
        types = np.array([row["type"] for row in made])
        self.assertGreater(measures.accuracy(types[dev], decided[dev]), 0.95)

    def test_faulty_lines_are_named(self):
        for line, told in (("{", "line 2: no JSON"), ('{"prompt": 3}', "line 2: a line needs"),
                           ('{"prompt": "x", "type": "odd"}', "must be one of"),
                           ('{"prompt": "x", "gain": 11}', "from 0 to 10")):
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "a.jsonl").write_text('{"prompt": "fine"}\n' + line + "\n")
                with self.assertRaisesRegex(queries.BadData, told):
                    queries.read_folder(folder)


class FeaturesTest(unittest.TestCase):
    def test_each_zone_is_a_vector_of_length_one_and_says_the_same_twice(self):
        one = extract(DUMP_FEATURES, [{"prompt": "alpha beta gamma delta"}] * 2)
        self.assertEqual((one.ngrams[0] != one.ngrams[1]).nnz, 0)
        self.assertEqual(one.dense.shape[0], 2)
        body = one.ngrams[0, np.flatnonzero(one.zone_of == 3)]
        self.assertAlmostEqual(float(body.multiply(body).sum()), 1.0, places=5)


class ForestTest(unittest.TestCase):
    def test_exported_trees_decide_as_the_trained_ones(self):
        rng = np.random.default_rng(1)
        inputs = rng.normal(size=(700, 12)).astype(np.float32)
        types = np.array(TYPES)[(inputs[:, 0] > 0).astype(int) + 2 * (inputs[:, 1] > 0.5)]
        model = forest.fit(inputs, types, np.ones(len(types)), rounds=10)
        base, trees = forest.exported(model)
        ours = np.array(TYPES)[forest.decisions(base, trees, inputs).argmax(axis=1)]
        self.assertEqual(list(ours), list(model.predict(inputs)))


class WeightsTest(unittest.TestCase):
    def test_quantised_weights_are_near_the_real_ones(self):
        rng = np.random.default_rng(1)
        real = rng.normal(size=(64, COLUMNS))
        zone_of = np.repeat([0, 1], 32)
        small, scales = quantised(real, zone_of)
        self.assertLessEqual(np.abs(small * scales[zone_of] - real).max(), scales.max() / 2 + 1e-6)

    def test_the_file_is_as_long_as_its_parts(self):
        weights = Weights(1, np.zeros(COLUMNS), np.ones((2, COLUMNS)), np.zeros((5, COLUMNS)),
                          np.zeros(7), np.ones(7), np.zeros(difficulty.KNOTS), np.zeros(7),
                          [([0.0] * 7, [0.0] * 8, [0] * 7, 1)], np.zeros((16, COLUMNS), np.int8))
        floats = COLUMNS * (1 + 2 + 5) + 7 + 7 + difficulty.KNOTS + 7
        self.assertEqual(len(weights.to_bytes()), 40 + 4 * floats + 4 + 76 + 16 * COLUMNS)


class AugmentTest(unittest.TestCase):
    def test_a_rewording_remembers_its_query_and_leaves_it_as_it_was(self):
        original = queries.Query({"prompt": "Tell me about bees."}, "s", "own", type="medium")
        both = augment.with_rewordings([original])
        self.assertEqual(len(both), 2)
        self.assertEqual(both[1].copy_of, 0)
        self.assertEqual(original.query, {"prompt": "Tell me about bees."})


class MeasuresTest(unittest.TestCase):
    def test_random_order_recovers_its_share_and_the_best_order_the_most(self):
        gaps = np.array([1.0] * 50 + [0.0] * 50)
        self.assertAlmostEqual(measures.apgr(gaps, gaps), 0.75, places=2)
        self.assertAlmostEqual(measures.apgr(np.zeros(100), gaps, 200), 0.5, places=1)
        self.assertAlmostEqual(measures.gap_recovered(gaps, gaps), 0.1, places=6)

    def test_a_calibrated_score_has_no_calibration_error(self):
        scores = np.array([0.15] * 100 + [0.85] * 100)
        gaps = np.array([1.0] * 15 + [0.0] * 85 + [1.0] * 85 + [0.0] * 15)
        self.assertAlmostEqual(measures.calibration_error(scores, gaps), 0.0, places=6)
        self.assertAlmostEqual(measures.spearman(np.arange(9.0), np.arange(9.0) ** 3), 1.0)

    def test_gains_rise_with_complexity(self):
        rng = np.random.default_rng(1)
        values = rng.uniform(1, 10, 500)
        gain = difficulty.gains(values, values / 20 + rng.normal(0, 0.1, 500))
        self.assertTrue((np.diff(gain) > 0).all())


if __name__ == "__main__":
    unittest.main()
