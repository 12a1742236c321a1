#!/usr/bin/env python3
"""Trains the classifier: folders of JSON Lines in, weights file and model card out.

Every line is {"prompt": text} or {"messages": [...]} with what is known of it: "type", "gain" (0 to
10, how much better a strong model would answer), or "weak_score" and "strong_score" (0 to 1, as
measured); "source", "license" and "split" ("dev" is never trained on) are for the model card.
The same input gives the same bytes."""
import argparse
import sys
from pathlib import Path

import numpy as np

import difficulty
import forest
import linear
from augment import with_rewordings
from features import extract
from queries import BadData, read_folder
from report import card
from weights_file import COLUMNS, TYPES, Weights, quantised

QUANTITIES = 96  # dense features that are counts; the second of them is of words
COPY_WEIGHT = 0.4  # what a rewording counts, the query itself being 1
JUDGED_WEIGHT = 4.0  # what a query that a person judged counts: templates repeat themselves, people do not


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="with *.jsonl files")
    parser.add_argument("--features", required=True, metavar="PROGRAM", help="dump_features")
    parser.add_argument("--out", required=True, type=Path, help="the weights file")
    parser.add_argument("--card", type=Path, help="where to write the model card")
    parser.add_argument("--without", action="append", default=[], metavar="SOURCE",
                        help="leave a source out; may be given more than once")
    return parser.parse_args(argv)


def sample_weights(queries):
    return np.array([q.weight * (COPY_WEIGHT if q.copy_of is not None else 1.0)
                     * (JUDGED_WEIGHT if q.gain is not None else 1.0) for q in queries])


def train_types(features, queries):
    """Linear weights and trees for the types."""
    types = np.array([q.type for q in queries])
    weights = sample_weights(queries)
    groups = np.array([i if q.copy_of is None else q.copy_of for i, q in enumerate(queries)])
    groups = np.unique(groups, return_inverse=True)[1]
    said = linear.out_of_fold(features, types, weights, groups)
    model = forest.fit(linear.inputs_of_trees(features, said), types, weights)
    coefficients, bias = linear.fit(linear.matrix(features), types, weights, 120)
    return (linear.ngram_weights(coefficients, features),
            linear.dense_weights(coefficients, features), bias, forest.exported(model))


def decided(features, weights):
    """Types and difficulties by the weights as they will be stored."""
    ngrams = weights.buckets * weights.scales[features.zone_of]
    said = linear.parts(features, ngrams[:, :-1], weights.dense[:, :-1], weights.bias[:-1])
    inputs = linear.inputs_of_trees(features, said)
    odds = forest.decisions(weights.base, weights.trees, inputs)
    hardness = (features.ngrams @ ngrams[:, -1] + features.dense @ weights.dense[:, -1]
                + weights.bias[-1])
    return np.array(TYPES)[odds.argmax(axis=1)], hardness


def words_place(features):
    return features.dense.shape[1] - QUANTITIES + 1


def train(queries, features):
    """Weights from the queries of the training split."""
    training = np.array([q.split != "dev" for q in queries])
    original = np.array([q.copy_of is None for q in queries])
    typed = np.array([q.type is not None for q in queries])
    of_types = np.flatnonzero(training & typed)
    ngrams, dense, bias, (base, trees) = train_types(features.rows(of_types),
                                                     [queries[i] for i in of_types])
    of_gains = np.flatnonzero(training & original)
    hard_ngrams, hard_dense, hard_bias = difficulty.fit(
        features.rows(of_gains), difficulty.targets([queries[i] for i in of_gains]),
        words_place(features))

    all_ngrams = np.column_stack([ngrams, hard_ngrams])
    buckets, scales = quantised(all_ngrams, features.zone_of)
    weights = Weights(
        features.version, np.append(bias, hard_bias), scales,
        np.column_stack([dense, hard_dense]).astype(np.float32), np.zeros(len(TYPES)),
        np.ones(len(TYPES)), np.zeros(difficulty.KNOTS), base, trees, buckets)
    assert weights.bias.shape == (COLUMNS,)
    place_and_calibrate(weights, queries, features, of_gains)
    return weights


def place_and_calibrate(weights, queries, features, rows):
    """Where the difficulties of a type lie, and what gap was measured at each complexity."""
    types, hardness = decided(features.rows(rows), weights)
    weights.middle, weights.spread = difficulty.placement(hardness, types)
    # Sources of its own training look easier to tell apart than any new one will be.
    unseen = difficulty.out_of_source(features.rows(rows), [queries[i] for i in rows], hardness,
                                      words_place(features))
    values = difficulty.complexity(unseen, types, weights.middle, weights.spread)
    gaps = np.array([queries[i].gap if queries[i].gap is not None else np.nan for i in rows])
    known = ~np.isnan(gaps)
    if known.sum() >= 200:
        weights.gain = difficulty.gains(values[known], gaps[known])
    else:  # nothing measured: the score is the place on the scale
        weights.gain = np.linspace(0, 1, difficulty.KNOTS)


def main(argv):
    options = arguments(argv)
    try:
        queries = [q for folder in options.folders for q in read_folder(folder)
                   if q.source not in options.without]
    except BadData as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    queries = with_rewordings(queries)
    print(f"{len(queries)} queries, rewordings among them", flush=True)
    features = extract(options.features, [q.query for q in queries])
    weights = train(queries, features)
    data = weights.to_bytes()
    options.out.write_bytes(data)
    print(f"{options.out}: {len(data)} bytes, {len(weights.trees)} trees")
    types, hardness = decided(features, weights)
    values = difficulty.complexity(hardness, types, weights.middle, weights.spread)
    scores = difficulty.score(values, weights.gain)
    unseen = difficulty.out_of_source(features, queries, hardness, words_place(features))
    unseen = difficulty.complexity(unseen, types, weights.middle, weights.spread)
    text = card(queries, types, values, scores, unseen)
    if options.card:
        options.card.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
