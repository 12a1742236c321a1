// What did it cost, what did it save, against what?
import { axes, colour, drawChart, tooltip } from "./charts.js";
import { byId, facts, h, loaded, setText } from "./dom.js";
import { count, decimal, plural, soon, usd } from "./format.js";
import { period } from "./period.js";
import { table } from "./table.js";

function against(stats) {
  const named = stats.baseline_model
    ? `at the price of ${stats.baseline_model}`
    : "at the price of the hosted model that a query names";
  if (stats.baseline_cost === 0) return `Savings are counted against the same tokens ${named}.`;
  const unknown =
    stats.cost_unknown_attempts > 0
      ? ` ${plural(stats.cost_unknown_attempts, "attempt", "attempts")} without a known price: in neither figure.`
      : "";
  return `The same tokens ${named} would have cost ${usd(stats.baseline_cost)}.${unknown}`;
}

export function showSpend(stats) {
  setText("spent", usd(stats.total_cost));
  setText("saved", usd(stats.savings));
  byId("saved").classList.toggle("good", stats.savings >= 0);
  byId("bar-cost").style.inlineSize =
    `${stats.baseline_cost > 0 ? Math.min(100, (100 * stats.total_cost) / stats.baseline_cost) : 0}%`;
  setText("against-text", against(stats));
  showBudgets(stats.budget);
  loaded("spend");
}

function budget(cap) {
  const used = cap.cap > 0 ? Math.min(100, (100 * (cap.spent + cap.held)) / cap.cap) : 100;
  const whose = cap.key ? `${cap.key}, this ${cap.period}` : `All keys, this ${cap.period}`;
  const fill = h("span", { class: "bar-cost" });
  fill.style.inlineSize = `${used}%`;
  const outlook =
    cap.left <= 0
      ? `Used up until ${soon(cap.ends)}.`
      : cap.reached
        ? `At this rate used up at ${soon(cap.reached)}; ends ${soon(cap.ends)}.`
        : `At this rate ${usd(cap.forecast)} by its end, ${soon(cap.ends)}.`;
  const held = cap.held > 0 ? `, ${usd(cap.held)} held for calls that run` : "";
  return h(
    "li",
    { class: "budget", "data-state": cap.left <= 0 || cap.reached ? "bad" : "good" },
    h(
      "p",
      { class: "budget-head" },
      h("span", {}, whose),
      h("span", {}, `${usd(cap.left)} of ${usd(cap.cap)} left`),
    ),
    h("div", { class: "bar", "aria-hidden": "true" }, fill),
    h("p", { class: "hint" }, `${usd(cap.spent)} spent${held}. ${outlook}`),
  );
}

function showBudgets(caps) {
  byId("budgets").replaceChildren(
    ...(caps.length === 0
      ? [h("p", { class: "hint" }, "No spend cap is set (LLM_BUDGET_USD_DAY, LLM_BUDGET_USD_MONTH).")]
      : [h("h3", {}, "Spend caps"), h("ul", { class: "plain" }, caps.map(budget))]),
  );
}

/** A month of thirty days at the rate measured. */
export function showProjection(projection) {
  const { month } = projection;
  const source = {
    configured: "the price per external query is the configured one",
    measured: `an external query costs ${usd(projection.external_cost_per_query)} on average`,
    baseline: "no external call yet: the baseline's price is taken",
    none: "no price is known yet",
  };
  byId("projection").replaceChildren(
    ...facts([
      [
        "A month at this rate",
        usd(month.current_cost),
        `${count(month.queries)} queries; ${source[projection.external_cost_source]}`,
      ],
      [`At ${decimal(projection.target_local_pct)} % local`, usd(month.target_cost)],
      ["All external", usd(month.all_external_cost)],
      ["Queries a month", count(month.queries)],
    ]),
  );
}

function chart(steps) {
  const options = {
    scales: axes((value) => usd(value), { stacked: true, beginAtZero: true }),
    plugins: {
      tooltip: {
        ...tooltip(),
        callbacks: {
          label: (item) => `${item.datasetIndex === 0 ? "spent" : "saved"} ${usd(item.parsed.y)}`,
        },
      },
    },
  };
  const bars = { maxBarThickness: 28, borderWidth: 0, borderRadius: 2 };
  return {
    type: "bar",
    options,
    data: {
      labels: steps.map(({ label }) => label),
      datasets: [
        { ...bars, data: steps.map(({ cost }) => cost), backgroundColor: colour("external") },
        { ...bars, data: steps.map(({ savings }) => savings), backgroundColor: colour("saved") },
      ],
    },
  };
}

function describe(steps) {
  const sum = (name) => steps.reduce((total, one) => total + (one[name] ?? 0), 0);
  if (steps.every(({ queries }) => queries === 0))
    return `Cost and savings over time: no queries ${period().said}`;
  return (
    `Cost and savings ${period().said}: ${usd(sum("cost"))} spent, ${usd(sum("savings"))} saved. ` +
    "The table below has every step."
  );
}

const COLUMNS = [
  { title: "From", value: ({ label }) => label },
  { title: "Queries", number: true, value: (one) => count(one.queries) },
  { title: "Spent", number: true, value: (one) => usd(one.cost) },
  { title: "Saved", number: true, value: (one) => usd(one.savings) },
];

export function showSpendSeries(steps) {
  byId("spend-chart").setAttribute("aria-label", describe(steps));
  byId("spend-table").replaceChildren(
    table(COLUMNS, steps.filter(({ queries }) => queries > 0).reverse(), "Cost and savings over time"),
  );
  drawChart("spend-chart", () => chart(steps));
}
