"""The trees: small ones, boosted, over what the linear part says and the dense features."""
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from weights_file import LEAVES, NODES, TYPES

DEPTH = 3


def fit(inputs, types, weights, rounds=80):
    model = HistGradientBoostingClassifier(
        max_iter=rounds, max_depth=DEPTH, max_leaf_nodes=None, learning_rate=0.12,
        min_samples_leaf=20, l2_regularization=5, early_stopping=False, random_state=1)
    return model.fit(inputs, types, sample_weight=weights)


def filled(nodes):
    """A tree as the classifier walks it: three levels in any case, what is missing made up of
    comparisons that lead to the same leaf."""
    thresholds = [np.inf] * NODES
    inputs = [0] * NODES
    leaves = [0.0] * LEAVES

    def place(node, at, depth):
        if depth == DEPTH:
            leaves[at - NODES] = node["value"]
        elif node["is_leaf"]:
            place(node, 2 * at + 1, depth + 1)
            place(node, 2 * at + 2, depth + 1)
        else:
            thresholds[at] = node["num_threshold"]
            inputs[at] = int(node["feature_idx"])
            place(nodes[node["left"]], 2 * at + 1, depth + 1)
            place(nodes[node["right"]], 2 * at + 2, depth + 1)

    place(nodes[0], 0, 0)
    return thresholds, leaves, inputs


def below(threshold):
    """The largest 32-bit number that is not above a 64-bit threshold, so that comparisons in
    either precision agree."""
    rounded = np.float32(threshold)
    if np.float64(rounded) > threshold:
        rounded = np.nextafter(rounded, np.float32(-np.inf))
    return float(rounded)


def exported(model):
    """Trees and base values as the weights file has them."""
    order = [TYPES.index(name) for name in model.classes_]
    base = np.full(len(TYPES), -8.0)
    base[order] = model._baseline_prediction.ravel()
    trees = []
    for round_of_trees in model._predictors:
        for place, predictor in enumerate(round_of_trees):
            thresholds, leaves, inputs = filled(predictor.nodes)
            trees.append(([below(t) for t in thresholds], leaves, inputs, order[place]))
    return base, trees


def decisions(base, trees, inputs):
    """Log-odds [queries, types] by the exported trees, as the classifier computes them."""
    inputs = inputs.astype(np.float32)
    total = np.tile(base.astype(np.float32), (len(inputs), 1))
    rows = np.arange(len(inputs))
    for thresholds, leaves, tree_inputs, tree_type in trees:
        thresholds, tree_inputs = np.array(thresholds, np.float32), np.array(tree_inputs)
        at = np.zeros(len(inputs), dtype=int)
        for _ in range(DEPTH):
            at = 2 * at + 1 + (inputs[rows, tree_inputs[at]] > thresholds[at])
        total[:, tree_type] += np.array(leaves, np.float32)[at - NODES]
    return total
