// Which queries are listed: the same rules for pages of the ledger and for live rows.
import { byId, h } from "./dom.js";
import { ending, words } from "./format.js";

const TYPES = ["embedding", "code", "simple", "summarization", "extraction", "medium", "complex"];
const STATUSES = ["ok", "error", "client_cancelled", "upstream_cut", "interrupted", "refused"];

const form = () => byId("filters");

/** {type, local, status, model}: "" where anything will do. */
export const filter = () => Object.fromEntries(new FormData(form()));

export const isFiltered = () => Object.values(filter()).some((value) => value !== "");

/** Whether a live row belongs to the list. */
export function fits(row) {
  const { type, local, status, model } = filter();
  return (
    (!type || row.type === type) &&
    (!local || String(row.local) === local) &&
    (!status || row.status === status) &&
    (!model || row.model === model)
  );
}

/** Models that the statistics know, and those of live rows. What is chosen stays. */
export function offerModels(models) {
  const select = form().elements.model;
  const known = new Set([...select.options].map(({ value }) => value));
  for (const model of models) if (!known.has(model)) select.append(h("option", { value: model }, model));
}

export function startFilter(onChange) {
  const options = (names, said) => names.map((name) => h("option", { value: name }, said(name)));
  form().elements.type.append(...options(TYPES, words));
  form().elements.status.append(...options(STATUSES, ending));
  form().addEventListener("submit", (event) => event.preventDefault());
  form().addEventListener("change", onChange);
  form().addEventListener("reset", () => setTimeout(onChange)); // the event comes before the change
}
