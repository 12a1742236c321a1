// What the npm package `ollama` does for each operation of the tests.
import { Ollama } from "ollama";

const at = (url) => new Ollama({ host: url });

export const chat = (url, given) => at(url).chat(given);

/** The lines; an error in their middle carries the text that came before it. */
export async function stream(url, given) {
  const lines = [];
  try {
    for await (const line of await at(url).chat({ ...given, stream: true })) lines.push(line);
  } catch (error) {
    error.textBefore = lines.map((line) => line.message.content).join("");
    throw error;
  }
  return lines;
}

export const generate = (url, given) => at(url).generate(given);

export const embed = async (url, given) => (await at(url).embed(given)).embeddings;

export const legacyEmbed = async (url, given) => (await at(url).embeddings(given)).embedding;

export const list = async (url) => (await at(url).list()).models;

export const show = (url, given) => at(url).show(given);

export const ps = (url) => at(url).ps();

export const pull = (url, given) => at(url).pull(given);

export async function pullStream(url, given) {
  const statuses = [];
  for await (const part of await at(url).pull({ ...given, stream: true })) statuses.push(part.status);
  return statuses;
}
