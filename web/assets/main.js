// Puts the parts together: what is asked when, and where events go.
import { getJson, parameters } from "./api.js";
import { startCopying } from "./copy.js";
import { byId, setText, show } from "./dom.js";
import { on, startEvents } from "./events.js";
import { startExplain } from "./explain.js";
import { timeZone } from "./format.js";
import { showHealth } from "./health.js";
import { onKeyChange, startKey } from "./key.js";
import { knownModels, noteAttempt, readSpeeds, showModels } from "./models.js";
import { onPeriodChange, range, startPeriod } from "./period.js";
import { addGap, addLive, readNewest, startQueries } from "./queries.js";
import { offerModels } from "./query_filter.js";
import { readSeries } from "./series.js";
import { showAllowance, showShare, showShareSeries } from "./share.js";
import { showProjection, showSpend, showSpendSeries } from "./spend.js";
import { startTheme } from "./theme.js";
import { readTuning, startTuning } from "./tuning.js";
import { showWelcome } from "./welcome.js";

/** Figures follow a new query after this long, and a flood of them this often. */
const FOLLOW_SOON_MS = 400;
const FOLLOW_EVERY_MS = 3000;
const REFRESH_MS = 60_000;

let asked = 0;
let following = null;
let followed = -Infinity;
let wasLost = false;

function problem(error) {
  if (error.status === 401) return; // the dialog says it
  const text = error instanceof TypeError ? "The router cannot be reached." : error.message;
  setText("problem", text);
  show("problem", true);
}

async function readFigures() {
  const mine = ++asked;
  try {
    const [stats, series] = await Promise.all([getJson(`router/stats${parameters(range())}`), readSeries()]);
    if (mine !== asked) return; // another period was chosen meanwhile
    show("problem", false);
    show("simulated", stats.simulated);
    showShare(stats);
    showSpend(stats);
    showModels(stats);
    offerModels(knownModels());
    showWelcome(stats.local_share.total + stats.total_queries);
    document.querySelectorAll(".per-step").forEach((place) => setText(place, series.name));
    showShareSeries(series.steps, stats.target_local_pct);
    showSpendSeries(series.steps);
  } catch (error) {
    if (mine === asked) problem(error);
  }
}

const readProjection = async () => showProjection(await getJson("router/stats/projection"));

function readAll() {
  readFigures();
  for (const read of [readNewest, readProjection, readTuning, readSpeeds]) read().catch(problem);
}

function follow() {
  const wait = Math.max(FOLLOW_SOON_MS, followed + FOLLOW_EVERY_MS - performance.now());
  following ??= setTimeout(() => {
    following = null;
    followed = performance.now();
    if (document.hidden) return;
    readFigures();
    readProjection().catch(problem);
  }, wait);
}

function showConnection(state) {
  const chip = byId("connection");
  const said = {
    connecting: "Connecting",
    live: "Live",
    lost: "Connection lost, trying again",
    refused: "Key needed",
  };
  chip.dataset.state = state;
  setText(chip.querySelector(".text"), said[state]);
  if (state === "live" && wasLost) readAll(); // what happened meanwhile
  wasLost = state === "lost";
}

function listen() {
  on("query", (row) => {
    noteAttempt(row);
    addLive(row);
    if (!byId("welcome").hidden) showWelcome(1);
    follow();
  });
  on("status", (status) => {
    show("simulated", status.simulated);
    showHealth(status);
    showAllowance(status.local_share);
  });
  on("gap", (gap) => {
    addGap(gap);
    follow();
  });
  on("connection", showConnection);
}

startTheme();
startKey();
startPeriod();
startCopying();
startExplain();
startTuning(follow);
startQueries(problem);
setText("zone", timeZone);
onPeriodChange(readFigures);
onKeyChange(readAll);
listen();
readAll();
startEvents();
setInterval(() => document.hidden || readFigures(), REFRESH_MS);
document.addEventListener("visibilitychange", () => document.hidden || readFigures());
