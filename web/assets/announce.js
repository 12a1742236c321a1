// What a screen reader hears of live changes: a summary now and then, never each row.
import { byId } from "./dom.js";

const PAUSE_MS = 20_000;
let last = 0;

/** Said at once. For what a person has just asked for. */
export function say(text) {
  byId("announcer").textContent = text;
}

/** Said if nothing was for a while; else dropped, since a newer summary follows. True if said. */
export function sayNowAndThen(text) {
  const now = performance.now();
  if (now - last < PAUSE_MS) return false;
  last = now;
  say(text);
  return true;
}
