// Buttons that copy the text beside them.
import { say } from "./announce.js";
import { byId } from "./dom.js";

async function copy(button) {
  const source = byId(button.dataset.copies);
  try {
    await navigator.clipboard.writeText(source.textContent);
    say("Copied.");
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 2000);
  } catch {
    // No clipboard without https or localhost: the text is selected instead.
    getSelection().selectAllChildren(source);
    say("Selected; copy it with the keyboard.");
  }
}

export const startCopying = () =>
  document
    .querySelectorAll("button[data-copies]")
    .forEach((button) => button.addEventListener("click", () => copy(button)));
