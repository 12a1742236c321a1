"""The model card: data, licences, figures by slice, limits."""
from collections import Counter

import numpy as np

import measures
from weights_file import TYPES

LIMITS = """\
## Limits

- The prompts without a public source were written for this project by a language model, one by one, not from
  templates, and labelled as they were written. Nobody checked every label, and no puzzle among them was solved.
- Judged gains are the judgement of that author, not measurements.
- Measured gaps come from a few benchmarks; inside one subject the score is hardly better than
  chance, between subjects it is. See docs/classifier.md for what was tried.
- Languages that are not in the table below are handled by structure, digits, punctuation and the
  vocabulary in `classifier/lexicon_*.cpp` alone.
- A type is decided for the last turn. Requests for two things at once get one type.
"""


def percent(value):
    return f"{100 * value:.1f} %"


def data_table(queries):
    lines = ["| source | licence | split | queries |", "|---|---|---|---:|"]
    counts = Counter((q.source, q.licence, q.split) for q in queries if q.copy_of is None)
    for (source, licence, split), count in sorted(counts.items()):
        lines.append(f"| {source} | {licence} | {split} | {count} |")
    return lines


def slices(queries, rows, decided):
    lines = ["| slice | queries | right |", "|---|---:|---:|"]
    names = np.array([f"{queries[i].source}, {queries[i].type}" for i in rows])
    types = np.array([queries[i].type for i in rows])
    for name in sorted(set(names)):
        inside = names == name
        lines.append(f"| {name} | {inside.sum()} | "
                     f"{percent(measures.accuracy(types[inside], decided[rows][inside]))} |")
    return lines


def type_figures(queries, decided):
    rows = np.array([i for i, q in enumerate(queries)
                     if q.split == "dev" and q.type and q.copy_of is None], dtype=int)
    if not len(rows):
        return ["No development split."]
    types = np.array([queries[i].type for i in rows])
    recalls = measures.recalls(types, decided[rows])
    return [f"Type accuracy {percent(measures.accuracy(types, decided[rows]))}, "
            f"macro-F1 {measures.macro_f1(types, decided[rows]):.3f}, on {len(rows)} queries.", "",
            "| type | recall |", "|---|---:|",
            *(f"| {name} | {percent(recalls[name])} |" for name in TYPES if name in recalls), "",
            *slices(queries, rows, decided)]


def gap_figures(queries, scores, split):
    rows = np.array([i for i, q in enumerate(queries) if q.split == split and q.gap is not None],
                    dtype=int)
    if not len(rows):
        return ["No measured gaps."]
    gaps = np.array([queries[i].gap for i in rows])
    sources = np.array([queries[i].source for i in rows])
    lines = [f"Calibration error (10 bins) {measures.calibration_error(scores[rows], gaps):.3f}, "
             f"Spearman with the gap {measures.spearman(scores[rows], gaps):+.3f}, "
             f"on {len(rows)} queries.", "",
             "| source | queries | mean gap | mean score | Spearman |", "|---|---:|---:|---:|---:|"]
    for name in sorted(set(sources)):
        inside = sources == name
        lines.append(f"| {name} | {inside.sum()} | {gaps[inside].mean():.3f} | "
                     f"{scores[rows][inside].mean():.3f} | "
                     f"{measures.spearman(scores[rows][inside], gaps[inside]):+.3f} |")
    return lines


# Sources of measured gaps by what they ask; others stand for themselves.
FAMILIES = {
    "open requests": ("alpaca_eval", "commongen"),
    "choice among answers": ("arc_challenge", "openbook_qa", "commonsense_qa", "winogrande"),
    "facts": ("natural_qa", "trivia_qa"),
    "code": ("mbpp", "human_eval", "crux"),
    "mathematics and logic": ("math", "gsm8k", "logicgrid"),
}


def family_of(source):
    for family, words in FAMILIES.items():
        if any(word in source for word in words):
            return family
    return source


def unseen_figures(queries, unseen):
    """By weights that never saw the source that is measured."""
    rows = np.array([i for i, q in enumerate(queries) if q.gap is not None], dtype=int)
    if not len(rows):
        return ["No measured gaps."]
    gaps = np.array([queries[i].gap for i in rows])
    lengths = np.array([float(len(queries[i].text)) for i in rows])
    families = np.array([family_of(queries[i].source) for i in rows])
    lines = ["| family | queries | gap recovered at 5 % | of length | APGR | of length | Spearman |",
             "|---|---:|---:|---:|---:|---:|---:|"]
    ratios = []
    for family in [*sorted(set(families)), "all"]:
        inside = families == family if family != "all" else np.full(len(rows), True)
        score, length, gap = unseen[rows][inside], lengths[inside], gaps[inside]
        ratio = measures.gap_recovered(score, gap) / 0.05
        if family != "all":
            ratios.append(ratio)
        lines.append(f"| {family} | {inside.sum()} | {ratio:.2f} x random | "
                     f"{measures.gap_recovered(length, gap) / 0.05:.2f} x | "
                     f"{measures.apgr(score, gap):.3f} | {measures.apgr(length, gap):.3f} | "
                     f"{measures.spearman(score, gap):+.3f} |")
    return [f"Mean gap recovered at 5 % strong calls over the families: "
            f"{np.mean(ratios):.2f} x random.", "", *lines]


def card(queries, decided, values, scores, unseen):
    """Markdown. `values` are complexities, `scores` the calibrated gains, `unseen` complexities by
    weights that never saw the query's source."""
    spread = Counter(int(round(v)) for v in values)
    return "\n".join([
        "# Model card of the query classifier", "",
        "Written by `script/train`; do not edit.", "",
        "Linear weights over hashed words, pairs and letter groups by position and over dense",
        "features, and small boosted trees over what those sum up to. docs/classifier.md explains.",
        "The figures are of what is learned; the program adds a share of hand-set weights, and",
        "`llm-router evaluate` measures both together.",
        "", "## Types, development split", "", *type_figures(queries, decided), "",
        "## Score, development split", "", *gap_figures(queries, scores, "dev"), "",
        "## Score, training split", "", *gap_figures(queries, scores, "train"), "",
        "## Difficulty, each source by weights that never saw it", "",
        *unseen_figures(queries, unseen), "",
        "## Complexities of all queries", "",
        ", ".join(f"{level}: {spread[level]}" for level in range(1, 11)), "",
        LIMITS, "## Data", "",
        "Rows under CC-BY are used with thanks to their authors, who are named by the source.", "",
        *data_table(queries), ""])
