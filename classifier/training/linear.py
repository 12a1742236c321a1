"""The linear part: a weight for every n-gram and dense feature, for each type."""
import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression

from weights_file import TYPES

# How freely the words of a zone may speak: lead, head, tail, body, earlier, system.
ZONE_STRENGTH = np.array([3, 4, 4, 3, 3, 2], dtype=np.float32)
FOLDS = 5
RESERVE = 0.5  # the smaller, the less a weight may leave 0


def matrix(features):
    strength = sparse.diags(ZONE_STRENGTH[features.zone_of])
    return sparse.hstack([features.ngrams @ strength,
                          sparse.csr_matrix(features.dense)]).tocsr()


def fit(x, types, weights, iterations):
    """Weights [features, types] and the bias [types]."""
    model = LogisticRegression(C=RESERVE, max_iter=iterations, tol=1e-3)
    model.fit(x, types, sample_weight=weights)
    coefficients = np.zeros((x.shape[1], len(TYPES)), dtype=np.float32)
    bias = np.full(len(TYPES), -8, dtype=np.float32)  # a type that no query has
    for row, name in enumerate(model.classes_):
        coefficients[:, TYPES.index(name)] = model.coef_[row]
        bias[TYPES.index(name)] = model.intercept_[row]
    return coefficients, bias


def ngram_weights(coefficients, features):
    """Of the n-grams, on the scale of the features as they are read."""
    count = features.ngrams.shape[1]
    return coefficients[:count] * ZONE_STRENGTH[features.zone_of][:, None]


def dense_weights(coefficients, features):
    return coefficients[features.ngrams.shape[1]:]


def parts(features, ngrams, dense, bias):
    """What each zone and the dense features say for each type: [queries, zones + 1, types]."""
    said = np.zeros((len(features.dense), features.zones + 1, len(TYPES)), dtype=np.float32)
    for zone in range(features.zones):
        of_zone = np.flatnonzero(features.zone_of == zone)
        said[:, zone] = features.ngrams[:, of_zone] @ ngrams[of_zone]
    said[:, -1] = features.dense @ dense + bias
    return said


def inputs_of_trees(features, said):
    """In the order of Model::judge: totals, zones, dense part, dense features."""
    count = len(features.dense)
    return np.hstack([said.sum(axis=1), said.reshape(count, -1), features.dense])


def out_of_fold(features, types, weights, groups):
    """What the linear part says of queries it has not seen: of each, and of its rewordings, by a
    model trained on the others. The trees must not be trained on what was learned by heart."""
    x = matrix(features)
    fold_of = np.random.default_rng(1).integers(0, FOLDS, groups.max() + 1)[groups]

    def one(fold):
        rest = fold_of != fold
        coefficients, bias = fit(x[rest], types[rest], weights[rest], 60)
        held = features.rows(~rest)
        return fold, parts(held, ngram_weights(coefficients, held),
                           dense_weights(coefficients, held), bias)

    said = np.zeros((len(types), features.zones + 1, len(TYPES)), dtype=np.float32)
    for fold, held in Parallel(n_jobs=2)(delayed(one)(fold) for fold in range(FOLDS)):
        said[fold_of == fold] = held
    return said
