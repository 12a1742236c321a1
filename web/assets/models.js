// Which models answer what, how fast?
import { getJson } from "./api.js";
import { byId, facts, h, loaded } from "./dom.js";
import { compact, count, NONE, seconds, usd, words } from "./format.js";
import { addAttempt, setAttempts, speedOf } from "./percentiles.js";
import { meter, place, table } from "./table.js";

let latest = null;
let roles = {};

const name = (text) => h("span", { class: "name", title: text }, text);
const speed =
  (field) =>
  ({ model, upstream }) =>
    seconds(speedOf(model, upstream)?.[field]);
const model = (row) => [
  name(row.model),
  h("span", { class: "below" }, place(row.local), ` on ${row.upstream}`),
];

const failed = ({ errors, cancelled }) =>
  errors + cancelled === 0 ? "0" : `${count(errors)} / ${count(cancelled)}`;

const byModel = (all) => [
  { title: "Model", value: model },
  {
    title: "Queries",
    number: true,
    metered: true,
    value: ({ queries }) => meter(queries, all, count(queries)),
  },
  {
    title: "Answer p50",
    number: true,
    value: speed("p50"),
    hint: "Half of the recent answers were complete by then",
  },
  { title: "p90", number: true, value: speed("p90"), minor: true },
  { title: "p99", number: true, value: speed("p99"), minor: true },
  { title: "First token p50", number: true, value: speed("first"), minor: true },
  { title: "p90", number: true, value: speed("first90"), minor: true, hint: "First token" },
  {
    title: "Failed / left",
    number: true,
    value: failed,
    minor: true,
    hint: "Attempts that failed, and those whose client left",
  },
  {
    title: "Tokens",
    number: true,
    value: (one) => compact(one.input_tokens + one.output_tokens),
    minor: true,
    hint: "In and out",
  },
  { title: "Cost", number: true, value: ({ cost }) => usd(cost) },
  { title: "Saved", number: true, value: ({ savings }) => usd(savings), minor: true },
];

const byType = (all) => [
  { title: "Type", value: ({ type }) => words(type) },
  { title: "Model for it", value: ({ type }) => (roles[type] ? name(roles[type]) : NONE) },
  {
    title: "Queries",
    number: true,
    metered: true,
    value: ({ queries }) => meter(queries, all, count(queries)),
  },
  { title: "Mean time", number: true, value: (one) => seconds(one.queries ? one.avg_latency : null) },
  { title: "Cost", number: true, value: ({ cost }) => usd(cost), minor: true },
];

const rate = (figures, field) => seconds(figures.count ? figures[field] : null);
const SPEED = [
  { title: "Answered", value: ({ local }) => place(local) },
  { title: "Answer p50", number: true, value: ({ latency }) => rate(latency, "p50") },
  { title: "p90", number: true, value: ({ latency }) => rate(latency, "p90") },
  { title: "p99", number: true, value: ({ latency }) => rate(latency, "p99") },
  { title: "First token p50", number: true, value: ({ first }) => rate(first, "p50") },
  { title: "p90", number: true, value: ({ first }) => rate(first, "p90"), minor: true, hint: "First token" },
  { title: "p99", number: true, value: ({ first }) => rate(first, "p99"), minor: true, hint: "First token" },
];

const nothing = () => h("p", { class: "hint" }, "No queries in this period.");
const most = (groups) => Math.max(1, ...groups.map(({ queries }) => queries));

function draw() {
  const { by_model: models, by_type: types, latency, first_token: first } = latest;
  byId("by-model").replaceChildren(models.length ? table(byModel(most(models)), models) : nothing());
  byId("by-type").replaceChildren(types.length ? table(byType(most(types)), types) : nothing());
  byId("speed").replaceChildren(
    table(SPEED, [
      { local: true, latency: latency.local, first: first.local },
      { local: false, latency: latency.external, first: first.external },
    ]),
  );
}

/** What went on behind the queries. */
function reliability({ usage, totals, fallbacks, interrupted }) {
  return facts([
    ["Tokens in", compact(usage.input_tokens)],
    ["Tokens out", compact(usage.output_tokens)],
    ["Failed attempts", count(totals.errors), "Attempts that ended with an error"],
    ["Fallbacks", count(fallbacks), "Attempts by another model after one that failed"],
    ["Interrupted", count(interrupted), "Attempts that a crash or a stop cut off"],
    ["Usage estimated", count(usage.estimated), "Attempts whose server did not say what they used"],
  ]);
}

export function showModels(stats) {
  latest = stats;
  byId("reliability").replaceChildren(...reliability(stats));
  draw();
  loaded("models");
}

/** A row has come live. */
export const noteAttempt = (row) => addAttempt(row);

/** Percentiles by model, from the newest rows; and which model is for which type. */
export async function readSpeeds() {
  const [page, health] = await Promise.all([getJson("router/queries?limit=500"), getJson("health")]);
  setAttempts(page.queries);
  roles = health.models ?? {};
  if (latest) draw();
}

/** For the filter of the live rows. */
export const knownModels = () => (latest ? [...new Set(latest.by_model.map(({ model }) => model))] : []);
