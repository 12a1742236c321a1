// A router that has answered nothing yet: what to do first.
import { origin } from "./api.js";
import { byId, setText, show } from "./dom.js";
import { currentKey } from "./key.js";

/** `all`: queries since the first. */
export function showWelcome(all) {
  show("welcome", all === 0);
  if (all > 0) return;
  const key = currentKey() ? " \\\n  -H 'Authorization: Bearer YOUR_KEY'" : "";
  setText(
    "welcome-curl",
    `curl ${origin}/v1/chat/completions${key} \\\n` +
      `  -d '{"model":"auto","messages":[{"role":"user","content":"What is 2+2?"}]}'`,
  );
  setText("welcome-openai", `${origin}/v1`);
  byId("welcome")
    .querySelectorAll(".welcome-host")
    .forEach((host) => setText(host, origin));
}
