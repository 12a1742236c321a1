// Threshold and complexity cut: what recorded queries would have done, then applied.
import { getJson, parameters, sendJson } from "./api.js";
import { byId, h, loaded, setText, show } from "./dom.js";
import { count, date, decimal, percent, plural, usd } from "./format.js";
import { askForKey } from "./key.js";
import { table } from "./table.js";

const WAIT_MS = 300; // the preview follows when the slider rests
let tuning = null;
let timer = null;
let asked = 0;
let onApplied = () => {};

const wanted = () => ({
  local_threshold: byId("threshold").valueAsNumber,
  complexity_threshold: byId("complexity").valueAsNumber,
});

const isValid = () =>
  byId("threshold").checkValidity() &&
  byId("complexity").checkValidity() &&
  Object.values(wanted()).every(Number.isFinite);

const differs = (from) => Object.entries(wanted()).some(([name, value]) => value !== from[name]);

function write({ local_threshold: threshold, complexity_threshold: complexity }) {
  byId("threshold").value = byId("threshold-range").value = String(threshold);
  byId("complexity").value = byId("complexity-range").value = String(complexity);
}

function sayState() {
  const may = tuning.writable;
  byId("apply").disabled = !may || !isValid() || !differs(tuning);
  byId("tuning-reset").disabled = !may || !tuning.changed;
  show("tuning-refused", !may);
  setText("tuning-why", may ? "" : `Not permitted from here: ${tuning.why_not}.`);
  show("tuning-key", !/is not set/.test(tuning.why_not ?? "")); // then no key would do
  show("tuning-changed", tuning.changed);
  const { local_threshold: threshold, complexity_threshold: complexity } = isValid() ? wanted() : tuning;
  setText("tuning-lines", `LLM_LOCAL_THRESHOLD=${threshold}\nLLM_COMPLEXITY_THRESHOLD=${complexity}`);
}

const difference = (before, after, format) => {
  const by = after - before;
  return Math.abs(by) < 1e-12 ? "same" : `${by > 0 ? "+" : "−"}${format(Math.abs(by))}`;
};

function comparison({ recorded, replayed }) {
  const rows = [
    ["Local share", "local_percentage", percent],
    ["External queries", "external_queries", count],
    ["Cost", "cost", usd],
    ["Saved", "savings", usd],
  ];
  return table(
    [
      { title: "Figure", value: ([name]) => name },
      { title: "As recorded", number: true, value: ([, field, format]) => format(recorded[field]) },
      { title: "With these", number: true, value: ([, field, format]) => format(replayed[field]) },
      {
        title: "Difference",
        number: true,
        value: ([, field, format]) => difference(recorded[field], replayed[field], format),
      },
    ],
    rows,
    "Recorded queries, and what they would have done",
  );
}

function preview(answer) {
  if (answer.queries === 0) return [h("p", { class: "hint" }, "No recorded queries to try this on yet.")];
  const moved = [
    answer.moved_to_external && `${count(answer.moved_to_external)} would have gone external`,
    answer.moved_to_local && `${count(answer.moved_to_local)} would have stayed local`,
  ].filter(Boolean);
  return [
    h(
      "p",
      {},
      `The last ${plural(answer.queries, "query", "queries")}, ${date(answer.from)} to ${date(answer.to)}: ` +
        `${moved.length ? moved.join(", ") : "none would have gone elsewhere"}.`,
    ),
    h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Preview" }, comparison(answer)),
    answer.notes?.length
      ? h(
          "ul",
          { class: "hint" },
          answer.notes.map((note) => h("li", {}, note)),
        )
      : null,
  ].filter(Boolean);
}

async function readPreview() {
  const mine = ++asked;
  try {
    const answer = await getJson(`router/replay${parameters({ last: 1000, ...wanted() })}`);
    if (mine === asked) byId("preview").replaceChildren(...preview(answer));
  } catch (error) {
    if (mine === asked) byId("preview").replaceChildren(h("p", { class: "notice problem" }, error.message));
  }
}

function moved() {
  sayState();
  setText("tuning-said", "");
  clearTimeout(timer);
  if (isValid()) timer = setTimeout(readPreview, WAIT_MS);
}

async function change(body, said) {
  try {
    tuning = await sendJson("PUT", "router/tuning", body);
    write(tuning);
    setText("tuning-said", said());
    onApplied();
  } catch (error) {
    setText("tuning-said", `Not changed: ${error.message}`);
    if (error.status === 403) tuning = { ...tuning, writable: false, why_not: error.message };
  }
  sayState();
}

export async function readTuning() {
  tuning = await getJson("router/tuning");
  write(tuning);
  sayState();
  loaded("tuning");
  await readPreview();
}

function link(number, range) {
  byId(number).addEventListener("input", () => {
    if (byId(number).checkValidity()) byId(range).value = byId(number).value;
    moved();
  });
  byId(range).addEventListener("input", () => {
    byId(number).value = byId(range).value;
    moved();
  });
}

export function startTuning(applied) {
  onApplied = applied;
  link("threshold", "threshold-range");
  link("complexity", "complexity-range");
  byId("tuning-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (tuning && !byId("apply").disabled)
      change(
        wanted(),
        () =>
          `Applied: ${decimal(tuning.local_threshold)} % local, complexity ${tuning.complexity_threshold}.`,
      );
  });
  byId("tuning-reset").addEventListener("click", () =>
    change({ reset: true }, () => "Back to the settings."),
  );
  byId("tuning-key").addEventListener("click", () =>
    askForKey("Changing the routing needs an admin key (LLM_ROUTER_ADMIN_KEYS)."),
  );
}
