"""Reads a folder of JSON Lines: what queries there are, and what is known of each."""
import json
from dataclasses import dataclass, field
from pathlib import Path

from weights_file import TYPES


class BadData(Exception):
    """A line that training cannot use; the message names the file and the line."""


@dataclass
class Query:
    """One labelled query. `gain` is the share of answers that a strong model gets better, as
    judged by a person (0 to 1); `gap` is the same as measured, strong less weak."""
    query: dict  # {"prompt": ...} or {"messages": ...}, and "tools" if there are any
    source: str
    licence: str
    split: str = "train"
    type: str | None = None
    gain: float | None = None
    gap: float | None = None
    weight: float = 1.0  # what it counts in training
    copy_of: int | None = field(default=None)  # place of the query this one is a rewording of

    @property
    def text(self):
        return self.query.get("prompt") or self.query["messages"][-1]["content"]


def number(row, key, where, low, high):
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, (int, float)) or not low <= value <= high:
        raise BadData(f"{where}: \"{key}\" must be a number from {low} to {high}")
    return float(value)


def read_row(row, where, file_name):
    query = {key: row[key] for key in ("messages", "tools") if key in row}
    if "messages" not in query:
        if not isinstance(row.get("prompt"), str):
            raise BadData(f"{where}: a line needs \"prompt\" or \"messages\"")
        query["prompt"] = row["prompt"]
    if row.get("type") is not None and row["type"] not in TYPES:
        raise BadData(f"{where}: \"type\" must be one of {', '.join(TYPES)}")
    gain = number(row, "gain", where, 0, 10)
    weak = number(row, "weak_score", where, 0, 1)
    strong = number(row, "strong_score", where, 0, 1)
    gap = strong - weak if weak is not None and strong is not None else None
    return Query(query, row.get("source", file_name), row.get("license", "own"),
                 row.get("split", "train"), row.get("type"),
                 gain / 10 if gain is not None else None, gap,
                 number(row, "weight", where, 0, 100) or 1.0)


def read_folder(folder):
    """All *.jsonl in a folder, in the order of their names."""
    rows = []
    files = sorted(Path(folder).glob("*.jsonl"))
    if not files:
        raise BadData(f"{folder}: there is no .jsonl file in it")
    for path in files:
        for number_of_line, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if not line.strip():
                continue
            where = f"{path}, line {number_of_line}"
            try:
                rows.append(read_row(json.loads(line), where, path.stem))
            except json.JSONDecodeError as error:
                raise BadData(f"{where}: no JSON: {error}") from None
    return rows
