// The decision for a query, in words. Nothing is sent.
import { sendJson } from "./api.js";
import { byId, h } from "./dom.js";
import { count, decimal, percent, plural, seconds, words } from "./format.js";
import { complexity, reasonOf } from "./query_row.js";
import { place } from "./table.js";

const strong = (text) => h("strong", {}, text);

function allowance(answer) {
  const { allowance: share } = answer;
  const free =
    share.unit === "queries"
      ? plural(share.allowance_now, "external place is", "external places are")
      : `${decimal(share.allowance_now)} ${share.unit === "cost" ? "USD" : "tokens"} are`;
  const stand =
    `${percent(share.local_percentage)} of ${plural(share.total, "query", "queries")} stayed local, ` +
    `${decimal(share.target_local_pct)} % must; ${free} free now.`;
  const said = {
    granted: "The local share lets it out.",
    "used up": "The local share keeps it here: the allowance is used up.",
    "kept for queries that gain more":
      `The local share keeps it here: its score of ${decimal(answer.score)} is below ${decimal(share.score_cut)}, ` +
      "from which on a query gets a place now.",
    "not asked": "The local share was not asked.",
  };
  return `${said[share.answer] ?? share.answer} ${stand}`;
}

function verdict(answer) {
  return h(
    "p",
    { class: "verdict" },
    "A ",
    strong(words(answer.type)),
    " query. It would go to ",
    strong(answer.model),
    ` on ${answer.upstream}, `,
    place(answer.local),
    ".",
  );
}

function candidate(entry) {
  const now =
    entry.local === true && entry.in_memory !== undefined
      ? ` ${entry.in_memory ? "In memory" : "Not loaded"}, ${count(entry.waiting)} waiting` +
        `${entry.expected_wait_ms > 0 ? `, about ${seconds(entry.expected_wait_ms / 1000)} to wait` : ""}.`
      : "";
  return h("li", {}, strong(entry.model), ` on ${entry.upstream}: ${entry.why}.${now}`);
}

const part = (title, ...content) => [h("h3", {}, title), ...content];

function result(answer) {
  const tried = answer.plan.filter(({ attempt }) => attempt !== null);
  const skipped = answer.plan.filter(({ attempt }) => attempt === null);
  return [
    verdict(answer),
    h(
      "p",
      { class: "hard-line" },
      "Complexity ",
      complexity(answer.complexity),
      h(
        "span",
        { class: "muted" },
        `of 10, score ${decimal(answer.score)}, about ${plural(answer.estimated_input_tokens, "token", "tokens")}`,
      ),
    ),
    h("p", {}, `Reason: ${reasonOf(answer)}.`),
    answer.local_only ? h("p", {}, `Local only: ${answer.local_only}.`) : null,
    part(
      "Why this type and complexity",
      h(
        "ul",
        {},
        answer.reasons.map((reason) => h("li", {}, reason)),
      ),
    ),
    part("Allowance", h("p", {}, allowance(answer))),
    part("Tried in this order", h("ol", {}, tried.map(candidate))),
    skipped.length ? part("Left out", h("ul", {}, skipped.map(candidate))) : null,
  ]
    .flat()
    .filter(Boolean);
}

async function explain() {
  const body = {
    model: byId("try-model").value.trim() || "auto",
    messages: [{ role: "user", content: byId("try-text").value }],
  };
  const headers = byId("try-private").checked ? { "x-router-privacy": "local-only" } : {};
  try {
    byId("try-result").replaceChildren(
      ...result(await sendJson("POST", "router/explain", body, { headers })),
    );
  } catch (error) {
    byId("try-result").replaceChildren(
      h("p", { class: "notice problem" }, `It would be refused: ${error.message}`),
    );
  }
}

export function startExplain() {
  byId("try-form").addEventListener("submit", (event) => {
    event.preventDefault();
    explain();
  });
  byId("try-text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("try-form").requestSubmit();
  });
}
