// One attempt as a row, with the reason of its decision, and all that is known of it to unfold.
import { h } from "./dom.js";
import { count, decimal, ending, moment, NONE, seconds, time, usd, words } from "./format.js";
import { place } from "./table.js";

const MARKS = {
  ok: "✓",
  error: "✕",
  client_cancelled: "↩",
  upstream_cut: "✂",
  interrupted: "✂",
  refused: "⊘",
  open: "…",
};
const GOOD = new Set(["ok", "open"]);

function status(row) {
  const state = GOOD.has(row.status) ? "good" : row.status === "client_cancelled" ? "plain" : "bad";
  return h(
    "span",
    { class: "status", "data-state": state },
    h("span", { "aria-hidden": "true" }, MARKS[row.status] ?? "•"),
    ` ${ending(row.status)}`,
  );
}

/** Ten pips, so that the height of the number is seen. */
export function complexity(value) {
  const pips = h("span", { class: "pips", "aria-hidden": "true" });
  for (let i = 1; i <= 10; ++i) pips.append(h("i", { class: i <= value ? "on" : null }));
  return h(
    "span",
    { class: "complexity", title: `complexity ${value} of 10` },
    pips,
    h("span", { class: "pips-text" }, count(value), h("span", { class: "unseen" }, " of 10")),
  );
}

/** Type and complexity stand in columns of their own. */
export const reasonOf = ({ reason }) => reason.replace(/^[a-z]+ \d+: /, "");

const pair = (label, value) =>
  value === "" || value === null || value === undefined
    ? null
    : h("div", {}, h("dt", {}, label), h("dd", {}, value));

function details(row) {
  const tokens = `${count(row.input_tokens)} in, ${count(row.output_tokens)} out (${words(row.usage_source)})`;
  return h(
    "dl",
    { class: "pairs details" },
    [
      pair("Request", h("code", {}, row.request_id)),
      pair("Time", moment(row.time)),
      pair(
        "Attempt",
        `${count(row.attempt)}${row.fallback ? ", a fallback" : ""}${row.final ? "" : ", not the last"}`,
      ),
      pair("Reason", row.reason),
      pair("Asked for", row.model_asked),
      pair(
        "Answered by",
        `${row.model} on ${row.upstream}${row.model_served && row.model_served !== row.model ? ` (${row.model_served})` : ""}`,
      ),
      pair("Score", decimal(row.score)),
      pair("Tokens", tokens),
      pair("From the cache", row.cache_read ? count(row.cache_read) : null),
      pair("Would have cost", row.baseline_cost === null ? null : usd(row.baseline_cost)),
      pair("Waited for a slot", row.queue_seconds > 0.001 ? seconds(row.queue_seconds) : null),
      pair("First token", row.first_token_seconds > 0 ? seconds(row.first_token_seconds) : null),
      pair("Router's own time", row.router_us ? seconds(row.router_us / 1e6) : null),
      pair("Client", `${words(row.dialect)}, ${words(row.operation)}${row.stream ? ", streamed" : ""}`),
      pair(
        "HTTP",
        `${row.http_upstream || NONE} from the upstream, ${row.http_client || NONE} to the client`,
      ),
      pair("Ended by", row.finish_reason),
      pair("Error", row.error),
      pair("Key", row.key_id),
      pair("Session", row.session),
    ].filter(Boolean),
  );
}

function unfold(button, item, row) {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  item.querySelector(".details")?.remove();
  if (open) item.append(details(row));
}

/** A list item; `fresh` marks a row that has just come. */
export function queryRow(row, fresh = false) {
  const cell = (label, kind, value) =>
    h("span", { class: `cell ${kind}` }, h("span", { class: "unseen" }, `${label}: `), value);
  const item = h("li", { class: `row${fresh ? " fresh" : ""}`, "data-request": row.request_id });
  const button = h(
    "button",
    { type: "button", class: "unfold", "aria-expanded": "false", onclick: () => unfold(button, item, row) },
    h("span", { class: "unseen" }, `Details of the query at ${time(row.time)}`),
  );
  item.append(
    h(
      "div",
      { class: "row-line" },
      cell("Time", "at", h("time", { datetime: row.time, title: moment(row.time) }, time(row.time))),
      cell("Status", "state", status(row)),
      cell("Type", "type", words(row.type)),
      cell("Complexity", "hard", complexity(row.complexity)),
      cell("Model", "model", h("span", { class: "name", title: row.model }, row.model)),
      cell("Answered", "where", place(row.local)),
      cell("Took", "took number", seconds(row.total_seconds)),
      cell("Cost", "cost number", usd(row.cost)),
      cell("Reason", "reason", row.error ? `${words(row.error)}: ${reasonOf(row)}` : reasonOf(row)),
      button,
    ),
  );
  return item;
}

/** What the columns are, for those who see the rows as a table. */
export function rowHead() {
  const names = [
    ["Time", "at"],
    ["Status", "state"],
    ["Type", "type"],
    ["Complexity", "hard"],
    ["Model", "model"],
    ["Answered", "where"],
    ["Took", "took number"],
    ["Cost", "cost number"],
    ["Reason", "reason"],
    ["", "fill"],
  ];
  return h(
    "div",
    { class: "row-line row-head", "aria-hidden": "true" },
    names.map(([name, kind]) => h("span", { class: `cell ${kind}` }, name)),
  );
}
