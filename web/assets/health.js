// Are upstreams healthy, what is loaded, how long are the queues?
import { byId, facts, h, loaded, setText, show } from "./dom.js";
import { count, plural, seconds, span, words } from "./format.js";
import { place, table } from "./table.js";

const STATES = {
  up: ["good", "✓ up"],
  down: ["bad", "✕ down"],
  unchecked: ["plain", "? unchecked"],
  "not used": ["plain", "– not used"],
};
const LEDGER = { ok: "✓ ok", spilling: "! spilling to a file", failing: "✕ failing" };
const BREAKER = { closed: "✓ closed", open: "✕ open", half_open: "! half open" };

let drawn = "";

/** Servers that say nothing of their memory leave it null. */
const memory = ({ in_memory: inMemory }) =>
  inMemory === null || inMemory === undefined
    ? null
    : h("span", { class: "below" }, inMemory ? "● in memory" : "○ not loaded");

const COLUMNS = [
  {
    title: "Model",
    value: (model) => [h("span", { class: "name" }, model.name), memory(model)].filter(Boolean),
  },
  { title: "Running", number: true, value: ({ in_flight: running }) => count(running) },
  { title: "Waiting", number: true, value: ({ waiting }) => count(waiting) },
  {
    title: "Expected wait",
    number: true,
    minor: true,
    value: ({ expected_wait_ms: wait }) =>
      wait === null || wait === undefined ? "–" : wait === 0 ? "none" : seconds(wait / 1000),
  },
  {
    title: "Breaker",
    value: ({ breaker }) =>
      h(
        "span",
        { class: "status", "data-state": breaker === "closed" ? "good" : "bad" },
        BREAKER[breaker] ?? words(breaker ?? "–"),
      ),
  },
];

/** What is busy or loaded first; the rest only on demand. */
function models(upstream) {
  const all = upstream.models ?? [];
  const active = ({ in_memory: inMemory, in_flight: running, waiting, breaker }) =>
    !upstream.local || inMemory || running > 0 || waiting > 0 || (breaker && breaker !== "closed");
  const first = all.filter(active);
  const rest = all.filter((model) => !active(model));
  const region = (rows, label) =>
    h(
      "div",
      { class: "table", tabindex: "0", role: "region", "aria-label": label },
      table(COLUMNS, rows, label),
    );
  const parts = [];
  if (first.length) parts.push(region(first, `Active models of ${upstream.name}`));
  if (rest.length) {
    const open = byId("upstreams").querySelector(
      `details[data-upstream="${CSS.escape(upstream.name)}"]`,
    )?.open;
    parts.push(
      h(
        "details",
        { "data-upstream": upstream.name, open: open ?? first.length === 0 },
        h(
          "summary",
          {},
          first.length
            ? plural(rest.length, "more model, idle", "more models, idle")
            : plural(rest.length, "model, idle", "models, idle"),
        ),
        region(rest, `Idle models of ${upstream.name}`),
      ),
    );
  }
  return parts.length ? parts : [h("p", { class: "hint" }, "No model is known here.")];
}

function card(upstream) {
  const [state, said] = STATES[upstream.status] ?? ["plain", upstream.status];
  return h(
    "article",
    { class: "upstream" },
    h(
      "header",
      {},
      h("h3", {}, upstream.name),
      place(upstream.local),
      h("span", { class: "chip", "data-state": state }, said),
    ),
    h(
      "p",
      { class: "hint" },
      `${words(upstream.dialect)}${upstream.version ? `, version ${upstream.version}` : ""}`,
    ),
    upstream.error ? h("p", { class: "notice problem" }, upstream.error) : null,
    models(upstream),
  );
}

function showState({ upstreams, ledger }) {
  const down = upstreams.filter(({ status }) => status === "down").length;
  const good = down === 0 && ledger.state === "ok";
  const state = byId("health-state");
  show(state, true);
  state.dataset.state = good ? "good" : "bad";
  setText(
    state,
    good
      ? "✓ All well"
      : down > 0
        ? `✕ ${plural(down, "upstream is", "upstreams are")} down`
        : "✕ Ledger in trouble",
  );
}

/** A status event. */
export function showHealth(status) {
  showState(status);
  byId("router-facts").replaceChildren(
    ...facts([
      ["Queries running", count(status.in_flight)],
      ["Open connections", count(status.open_connections)],
      [
        "Ledger",
        `${LEDGER[status.ledger.state] ?? status.ledger.state}, ${plural(status.ledger.queued_rows, "row", "rows")} queued`,
      ],
      ["Up for", span(status.uptime_seconds)],
    ]),
  );
  setText("version", `llm-router ${status.version}`);
  // Every two seconds: what is the same stays in place, and so do focus and selection.
  const now = JSON.stringify(status.upstreams);
  if (now !== drawn) {
    byId("upstreams").replaceChildren(...status.upstreams.map(card));
    drawn = now;
  }
  loaded("health");
}
