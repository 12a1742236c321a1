// Chart.js with the page's colours. It is fetched when the first chart has something to show.
import { byId } from "./dom.js";
import { onThemeChange } from "./theme.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const charts = new Map(); // canvas id -> {chart, make}
let library = null;

export const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

async function load() {
  await import("./chart.min.js"); // it sets globalThis.Chart
  const { Chart } = globalThis;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12;
  Chart.defaults.maintainAspectRatio = false;
  Chart.defaults.interaction = { mode: "index", intersect: false };
  Chart.defaults.plugins.legend.display = false; // it stands in the caption, readable by all
  return Chart;
}

/** Axes as every chart has them; `format` is of the values. */
export function axes(format, y = {}) {
  const { ticks, ...rest } = y;
  return {
    x: {
      grid: { display: false },
      border: { color: colour("line") },
      ticks: { color: colour("muted"), maxRotation: 0, autoSkipPadding: 16 },
      ...(rest.stacked ? { stacked: true } : {}),
    },
    y: {
      grid: { color: colour("line"), drawBorder: false },
      ticks: { color: colour("muted"), maxTicksLimit: 5, callback: format, ...ticks },
      ...rest,
    },
  };
}

export function tooltip() {
  return {
    backgroundColor: colour("tip"),
    titleColor: colour("tip-text"),
    bodyColor: colour("tip-text"),
    padding: 10,
    cornerRadius: 6,
    displayColors: true,
    boxPadding: 4,
    usePointStyle: true,
  };
}

function draw(Chart, id, make) {
  const known = charts.get(id);
  const { type, data, options } = make();
  options.animation = false;
  options.transitions = still.matches ? { active: { animation: { duration: 0 } } } : undefined;
  if (known?.chart) {
    known.chart.data = data;
    known.chart.options = options;
    known.chart.update();
    charts.set(id, { chart: known.chart, make });
  } else {
    charts.set(id, { chart: new Chart(byId(id), { type, data, options }), make });
  }
}

/** Draws, or draws again, what `make()` describes: {type, data, options}. */
export async function drawChart(id, make) {
  charts.set(id, { ...charts.get(id), make });
  library ??= load();
  const Chart = await library;
  draw(Chart, id, charts.get(id).make);
}

onThemeChange(() =>
  charts.forEach(({ chart, make }, id) => {
    if (chart) draw(globalThis.Chart, id, make);
  }),
);
