// The steps of the chosen period.
import { getJson, parameters } from "./api.js";
import { step as stepName } from "./format.js";
import { period, seriesRange } from "./period.js";

const ask = (range) => getJson(`router/stats/timeseries${parameters(range)}`);

/** {steps: [{label, from, local_queries, external_queries, cost, savings, ...}], name: "per day"} */
export async function readSeries() {
  const { since, name } = period();
  let answer = await ask(seriesRange());
  let said = name;
  // Thirty weeks, unless there is more to tell.
  if (since === "all" && answer.series[0]?.queries > 0) {
    answer = await ask({ ...seriesRange(), step: "month" });
    said = "per month";
  }
  let steps = answer.series;
  if (since === "all") {
    const first = steps.findIndex(({ queries }) => queries > 0);
    steps = first < 0 ? [] : steps.slice(first);
  }
  return { name: said, steps: steps.map((one) => ({ ...one, label: stepName(one.from, answer.step) })) };
}
