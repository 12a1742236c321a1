// Am I on target? The local share against the threshold, now and over time.
import { axes, colour, drawChart, tooltip } from "./charts.js";
import { byId, loaded, setText, show } from "./dom.js";
import { compact, count, decimal, NONE, percent, usd } from "./format.js";
import { period } from "./period.js";
import { table } from "./table.js";

const shareOf = ({ local_queries: local, external_queries: external }) =>
  local + external === 0 ? null : (100 * local) / (local + external);

const inUnit = (amount, unit) =>
  unit === "queries" ? count(amount) : unit === "cost" ? usd(amount) : `${compact(amount)} tokens`;

/** What the promise is kept on: of the status events, so it is always the present. */
export function showAllowance(share) {
  const { unit } = share;
  setText("allowance-now", inUnit(share.allowance_now, unit));
  const within = share.window_total > 0 ? 100 - (100 * share.window_external) / share.window_total : null;
  setText("share-window", within === null ? NONE : `${percent(within)} of ${count(share.window_total)}`);
  setText(
    "share-total",
    share.total === 0 ? NONE : `${percent(share.local_percentage)} of ${count(share.total)}`,
  );
  setText("allowance-refused", count(share.allowance_refused));
}

function showState(stats) {
  const state = byId("target-state");
  show(state, stats.total_queries > 0);
  state.dataset.state = stats.on_target ? "good" : "bad";
  setText(state, stats.on_target ? "✓ On target" : "✕ Below target");
}

export function showShare(stats) {
  const none = stats.total_queries === 0;
  setText("share-value", none ? NONE : percent(stats.local_percentage));
  setText("share-target", `at least ${decimal(stats.target_local_pct)} %`);
  setText("share-queries", count(stats.total_queries));
  setText("share-external", count(stats.external_queries));
  showState(stats);
  showAllowance(stats.local_share);
  loaded("target");
}

function chart(steps, target) {
  const shares = steps.map(shareOf);
  const least = Math.min(target, ...shares.filter((share) => share !== null));
  // Room below the target, so that the line is not the floor.
  const floor = Math.max(0, Math.floor((least - (100 - least) * 0.25 - 0.5) / 5) * 5);
  const options = {
    scales: axes((value) => `${value} %`, { min: floor, max: 100, ticks: { padding: 6 } }),
    plugins: {
      tooltip: {
        ...tooltip(),
        callbacks: {
          label: (item) =>
            item.datasetIndex === 0
              ? `local share ${percent(item.parsed.y)}`
              : `target ${percent(item.parsed.y)}`,
          afterBody: ([item]) =>
            `${count(steps[item.dataIndex].local_queries)} local, ${count(steps[item.dataIndex].external_queries)} external`,
        },
      },
    },
  };
  const few = shares.filter((share) => share !== null).length < 3;
  const local = {
    data: shares,
    borderColor: colour("local"),
    backgroundColor: colour("local-soft"),
    fill: "start",
    borderWidth: 2,
    tension: 0.25,
    cubicInterpolationMode: "monotone",
    spanGaps: true,
    pointRadius: few ? 3 : 0,
    pointHoverRadius: 4,
    pointBackgroundColor: colour("local"),
    clip: 4,
  };
  const goal = {
    data: steps.map(() => target),
    borderColor: colour("text"),
    borderDash: [5, 4],
    borderWidth: 1.25,
    pointRadius: 0,
    pointHoverRadius: 0,
    fill: false,
  };
  return {
    type: "line",
    data: { labels: steps.map(({ label }) => label), datasets: [local, goal] },
    options,
  };
}

function describe(steps, target) {
  const known = steps.filter((one) => shareOf(one) !== null);
  if (known.length === 0) return `Local share over time: no queries ${period().said}`;
  const lowest = known.reduce((least, one) => (shareOf(one) < shareOf(least) ? one : least));
  const latest = known.at(-1);
  return (
    `Local share ${period().said}: latest ${percent(shareOf(latest))} (${latest.label}), lowest ` +
    `${percent(shareOf(lowest))} (${lowest.label}), target ${decimal(target)} %. The table below has every step.`
  );
}

const COLUMNS = [
  { title: "From", value: ({ label }) => label },
  { title: "Local share", number: true, value: (one) => percent(shareOf(one)) },
  { title: "Local", number: true, value: (one) => count(one.local_queries) },
  { title: "External", number: true, value: (one) => count(one.external_queries) },
];

export function showShareSeries(steps, target) {
  byId("share-chart").setAttribute("aria-label", describe(steps, target));
  byId("share-table").replaceChildren(
    table(COLUMNS, steps.filter(({ queries }) => queries > 0).reverse(), "Local share over time"),
  );
  drawChart("share-chart", () => chart(steps, target));
}
