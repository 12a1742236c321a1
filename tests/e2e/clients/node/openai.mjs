// What the npm package `openai` does for each operation of the tests.
import OpenAI, { AzureOpenAI } from "openai";

const at = (url) => new OpenAI({ baseURL: url + "/v1", apiKey: "any", maxRetries: 0 });

export const chat = (url, given) => at(url).chat.completions.create(given);

/** The chunks; an error in their middle carries the text that came before it. */
export async function stream(url, given) {
  const chunks = [];
  try {
    const stream = await at(url).chat.completions.create({ ...given, stream: true });
    for await (const chunk of stream) chunks.push(chunk);
  } catch (error) {
    error.textBefore = chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? "").join("");
    throw error;
  }
  return chunks;
}

/** The helper that assembles a stream, tool calls included. */
export const assembled = (url, given) =>
  at(url).chat.completions.stream(given).finalChatCompletion();

/** Vectors as the SDK hands them out; without encoding_format it asks for base64 itself. */
export const embed = async (url, given) =>
  (await at(url).embeddings.create(given)).data.map((entry) => entry.embedding);

export async function models(url) {
  const names = [];
  for await (const model of at(url).models.list()) names.push(model.id);
  return names;
}

export const model = (url, given) => at(url).models.retrieve(given.id);

export const complete = (url, given) => at(url).completions.create(given);

export const respond = async (url, given) => {
  const answer = await at(url).responses.create(given);
  return { text: answer.output_text, status: answer.status, usage: answer.usage };
};

export async function respondStream(url, given) {
  const types = [];
  let text = "";
  for await (const event of await at(url).responses.create({ ...given, stream: true })) {
    types.push(event.type);
    if (event.type === "response.output_text.delta") text += event.delta;
  }
  return { text, types };
}

export const azure = (url, given) =>
  new AzureOpenAI({ endpoint: url, apiKey: "any", apiVersion: "2024-10-21", maxRetries: 0 })
    .chat.completions.create(given);
