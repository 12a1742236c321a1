"""How hard a query is among those of its type, and what that is worth."""
import numpy as np
import scipy.sparse as sparse
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import Ridge

from weights_file import KNOTS, TYPES

# The routing table's bands, as in classifier/rules.cpp.
BANDS = {"embedding": (1.0, 1.0), "code": (2.0, 6.0), "simple": (1.0, 3.4),
         "summarization": (2.0, 4.0), "extraction": (1.6, 2.4), "medium": (3.6, 6.4),
         "complex": (6.6, 10.0)}
DENSE_RESERVE, NGRAM_RESERVE = 1000, 5  # how unwilling a weight is to leave 0
LENGTH_PRIOR = 0.15  # difficulty per e-fold of words, before anything is learned
MEASURED_SHARE = 1.0  # what a measured gap counts, a judged gain being 1
STEEPNESS = 1.5  # as in classifier/difficulty.cpp


def centred(values, groups):
    """Less the mean of the group: scales differ from source to source and say nothing."""
    result = values.copy()
    for group in np.unique(groups):
        result[groups == group] -= values[groups == group].mean()
    return result


def targets(queries):
    """Numbers to learn, NaN where nothing is known. Judged gains are centred by author and type,
    measured gaps by source."""
    result = np.full(len(queries), np.nan)
    gains = np.array([i for i, q in enumerate(queries) if q.gain is not None and q.type])
    gaps = np.array([i for i, q in enumerate(queries) if q.gap is not None])
    if len(gains):
        groups = np.array([f"{queries[i].source} {queries[i].type}" for i in gains])
        result[gains] = centred(np.array([queries[i].gain for i in gains]), groups) * 5
    if len(gaps):
        groups = np.array([queries[i].source for i in gaps])
        result[gaps] = (centred(np.array([queries[i].gap for i in gaps]), groups) / 0.35
                        * MEASURED_SHARE)
    return result


def scaled(features):
    return sparse.hstack([features.ngrams / np.sqrt(NGRAM_RESERVE),
                          sparse.csr_matrix(features.dense / np.sqrt(DENSE_RESERVE))]).tocsr()


def fit(features, wanted, words_at):
    """Weights of the n-grams, of the dense features, and the bias. `words_at` is the place of the
    dense feature that is log(1 + words) / 5."""
    known = ~np.isnan(wanted)
    prior = LENGTH_PRIOR * 5 * features.dense[:, words_at]
    model = Ridge(alpha=1.0, solver="sparse_cg", tol=1e-4)
    model.fit(scaled(features.rows(known)), wanted[known] - prior[known] + prior[known].mean())
    count = features.ngrams.shape[1]
    dense = model.coef_[count:] / np.sqrt(DENSE_RESERVE)
    dense[words_at] += LENGTH_PRIOR * 5
    return (model.coef_[:count] / np.sqrt(NGRAM_RESERVE)).astype(np.float32), dense, model.intercept_


def out_of_source(features, queries, hardness, words_at):
    """The difficulties, those of sources with a measured gap by weights that never saw the source."""
    result = hardness.copy()
    wanted = targets(queries)
    sources = np.array([q.source if q.gap is not None else "" for q in queries])
    training = np.array([q.split != "dev" and q.copy_of is None for q in queries])
    for source in np.unique(sources[sources != ""]):
        held = sources == source
        ngrams, dense, bias = fit(features.rows(training & ~held), wanted[training & ~held],
                                  words_at)
        of_source = features.rows(held)
        result[held] = of_source.ngrams @ ngrams + of_source.dense @ dense + bias
    return result


def placement(difficulty, types):
    """Middle and spread of the difficulties of each type."""
    middle, spread = np.zeros(len(TYPES)), np.ones(len(TYPES))
    for place, name in enumerate(TYPES):
        of_type = difficulty[types == name]
        if len(of_type) > 20:
            middle[place], spread[place] = of_type.mean(), of_type.std()
    return middle, spread


def complexity(difficulty, types, middle, spread):
    """Real numbers of 1 to 10, as Difficulty::complexity computes them."""
    place = np.array([TYPES.index(name) for name in types])
    low, high = np.array([BANDS[name] for name in TYPES]).T
    share = 1 / (1 + np.exp(-STEEPNESS * (difficulty - middle[place]) / spread[place]))
    return low[place] + (high - low)[place] * share


def gains(values, measured):
    """The real gain at complexity 1, 1.5, ... 10, rising everywhere."""
    knots = np.linspace(1, 10, KNOTS)
    fitted = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(values, measured)
    # A step function would make ties; half a point of complexity to either side is averaged.
    smooth = np.array([fitted.predict(np.linspace(k - 0.75, k + 0.75, 7)).mean() for k in knots])
    return np.clip(np.maximum.accumulate(smooth) + np.linspace(0, 0.002, KNOTS), 0, 1)


def score(values, gain):
    return np.interp(values, np.linspace(1, 10, KNOTS), gain)
