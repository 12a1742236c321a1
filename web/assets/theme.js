// Light, dark, or as the system has it.
import { byId } from "./dom.js";

const NAME = "llm-router-theme";
const CHOICES = ["system", "light", "dark"];
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set();

const chosen = () => document.documentElement.dataset.theme ?? "system";

/** Runs when colours have changed: charts do not follow CSS by themselves. */
export const onThemeChange = (listener) => listeners.add(listener);

function remember(choice) {
  try {
    if (choice === "system") localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, choice);
  } catch {
    // It holds for this page then.
  }
}

function label() {
  byId("theme").textContent = `Theme: ${chosen()}`;
}

function apply(choice) {
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  remember(choice);
  label();
  listeners.forEach((listener) => listener());
}

export function startTheme() {
  label();
  byId("theme").addEventListener("click", () =>
    apply(CHOICES[(CHOICES.indexOf(chosen()) + 1) % CHOICES.length]),
  );
  system.addEventListener("change", () => listeners.forEach((listener) => listener()));
}
