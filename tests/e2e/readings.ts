/** Reads the same figures from the window, the tray and the API. */
import OpenAI from 'openai';
import type { Page } from 'playwright-core';
import type { TrayItem } from '../support/tray-watcher.ts';

/** Tokens of one model. */
export interface Reading {
  readonly input: number;
  readonly output: number;
}

/** Streams one chat through a proxy with the official client; what its last chunk says of tokens. */
export async function streamChat(proxy: string, model: string, prompt: string): Promise<Reading> {
  const client = new OpenAI({ baseURL: `${proxy}/v1`, apiKey: 'unused', maxRetries: 0 });
  const stream = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: prompt }],
    max_completion_tokens: 24,
    stream: true,
    stream_options: { include_usage: true },
  });
  let usage: OpenAI.CompletionUsage | null = null;
  for await (const chunk of stream) usage = chunk.usage ?? usage;
  if (usage === null) throw new Error('the stream carried no usage');
  return { input: usage.prompt_tokens, output: usage.completion_tokens };
}

/** A model's row in the window's table; fails while there is none. */
export async function readWindow(page: Page, model: string): Promise<Reading> {
  const row = page.locator(`[data-testid="totals-row"][data-model="${model}"]`);
  const cell = async (column: string): Promise<number> => {
    const value = await row
      .locator(`[data-col="${column}"]`)
      .getAttribute('data-value', { timeout: 1_000 });
    return Number(value);
  };
  return { input: await cell('input'), output: await cell('output') };
}

/** A model's line in the tray's menu; fails while there is none. */
export async function readMenu(tray: TrayItem, model: string): Promise<Reading> {
  const labels = (await tray.menu()).map(({ label }) => label);
  const line = labels.find((label) => label.startsWith(`${model}: `));
  if (line === undefined) throw new Error(`no line of ${model} in ${JSON.stringify(labels)}`);
  return tokensIn(line.slice(model.length));
}

/** Today's sum over all models in the tray's tooltip. */
export async function readTooltip(tray: TrayItem): Promise<Reading> {
  return tokensIn(await tray.tooltip());
}

function tokensIn(text: string): Reading {
  const found = /([\d,]+) in · ([\d,]+) out/.exec(text);
  if (found === null) throw new Error(`no counts in ${JSON.stringify(text)}`);
  const [input, output] = found.slice(1).map((digits) => Number(digits.replaceAll(',', '')));
  return { input: input ?? NaN, output: output ?? NaN };
}

/** A model's totals since ever, from the control API; fails while there are none. */
export async function readApi(api: string, model: string): Promise<Reading> {
  const answer = await fetch(`${api}/api/usage`);
  const usage = (await answer.json()) as {
    models: Record<string, { input_tokens: number; output_tokens: number }>;
  };
  const totals = usage.models[model];
  if (totals === undefined) throw new Error(`the API knows no ${model}`);
  return { input: totals.input_tokens, output: totals.output_tokens };
}

/** Rows that the ledger has not stored yet: those of the last second. */
export async function waitingRows(api: string): Promise<number> {
  const metrics = await (await fetch(`${api}/metrics`)).text();
  return Number(/^tokwatt_ledger_waiting_rows (\d+)$/m.exec(metrics)?.[1]);
}
