"""Figures that say how good decisions are."""
import numpy as np

from weights_file import TYPES


def accuracy(types, decided):
    return float(np.mean(types == decided)) if len(types) else float("nan")


def recalls(types, decided):
    return {name: float(np.mean(decided[types == name] == name))
            for name in TYPES if np.any(types == name)}


def macro_f1(types, decided):
    scores = []
    for name in TYPES:
        if not np.any(types == name):
            continue
        hits = np.sum((types == name) & (decided == name))
        scores.append(2 * hits / (np.sum(types == name) + np.sum(decided == name)))
    return float(np.mean(scores))


def calibration_error(scores, gaps, bins=10):
    """Expected calibration error: bins of equal width, each weighted by what falls into it."""
    place = np.minimum((scores * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            error += inside.mean() * abs(scores[inside].mean() - gaps[inside].mean())
    return float(error)


def ranks(values):
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[inverse]


def spearman(a, b):
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])


def gap_recovered(scores, gaps, share=0.05, orders=20):
    """What part of all there is to gain is gained by the `share` of queries with the highest
    scores going to the strong model; ties at random. Random routing gains `share`."""
    return float(np.mean([np.interp(share, *recovery(scores, gaps, order))
                          for order in range(orders)]))


def apgr(scores, gaps, orders=20):
    """Area under that over all shares (RouteLLM, arXiv 2406.18665); random routing has 0.5."""
    return float(np.mean([np.trapz(*reversed(recovery(scores, gaps, order)))
                          for order in range(orders)]))


def recovery(scores, gaps, order):
    ties = np.random.default_rng(order).random(len(scores))
    gained = np.cumsum(gaps[np.lexsort((ties, -scores))]) / gaps.sum()
    return np.arange(len(scores) + 1) / len(scores), np.concatenate([[0.0], gained])
