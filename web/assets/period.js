// Which time the figures are of.
import { byId } from "./dom.js";
import { timeZone } from "./format.js";

const PERIODS = {
  "24h": { step: "hour", name: "per hour", said: "in the last 24 hours" },
  "7d": { step: "day", name: "per day", said: "in the last 7 days" },
  "30d": { step: "day", name: "per day", said: "in the last 30 days" },
  all: { step: "week", name: "per week", said: "since the first query" },
};
const listeners = new Set();
let current = "24h";

export const onPeriodChange = (listener) => listeners.add(listener);

/** {since, step, name, said} */
export const period = () => ({ since: current, ...PERIODS[current] });

/** Parameters of /router/stats and its series. */
export const range = () => ({ since: current });
export const seriesRange = () => ({
  since: current === "all" ? "" : current,
  step: period().step,
  tz: timeZone,
});

export function startPeriod() {
  const wanted = new URLSearchParams(location.search).get("period");
  if (wanted in PERIODS) current = wanted;
  for (const input of byId("period").querySelectorAll("input")) {
    input.checked = input.value === current;
    input.addEventListener("change", () => {
      current = input.value;
      const address = new URL(location.href);
      address.searchParams.set("period", current);
      history.replaceState(null, "", address);
      listeners.forEach((listener) => listener());
    });
  }
}
