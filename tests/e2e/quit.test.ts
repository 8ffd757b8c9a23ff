/** Quitting while answers are being written. The system's dialog is answered by the test. */
import type { MessageBoxOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import { streamChat } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 20_000, interval: 100 };
const CANCEL = 2;
const AFTER = 0;

/** Answers the next questions with the button at `answer`, and keeps them. */
async function answerWith({ electron }: DesktopApp, answer: number): Promise<void> {
  await electron.evaluate(({ dialog }, response) => {
    const asked: MessageBoxOptions[] = [];
    Reflect.set(globalThis, 'asked', asked);
    dialog.showMessageBox = ((options: MessageBoxOptions) => {
      asked.push(options);
      return Promise.resolve({ response, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
  }, answer);
}

const questions = ({ electron }: DesktopApp): Promise<MessageBoxOptions[]> =>
  electron.evaluate(() => Reflect.get(globalThis, 'asked') as MessageBoxOptions[]);

describe.skipIf(reason !== null)(`quitting${reason === null ? '' : ` (${reason})`}`, () => {
  test('asks once, names what would be cut, and waits for it if asked to', async () => {
    const upstream = await startRecordedUpstream({ frameGapMs: 150 });
    const app = await launchDesktop({ upstreams: [`ollama=${upstream.url}`] });
    try {
      const { state } = await app.snapshot();
      const answer = streamChat(state.upstreams[0]!.proxyUrl, MODEL, 'Hello');
      // The model is known when the request's body has been read.
      const models = async (): Promise<(string | null)[]> =>
        (await app.snapshot()).state.inFlight.map(({ model }) => model);
      await expect.poll(models, POLL).toEqual([MODEL]);

      await answerWith(app, CANCEL);
      await app.electron.evaluate(({ app: electronApp }) => electronApp.quit());
      await expect.poll(async () => (await questions(app)).length, POLL).toBe(1);
      const [question] = await questions(app);
      expect(question?.message).toBe('An answer is still being written');
      expect(question?.detail).toContain(MODEL);
      expect(question?.buttons).toEqual(['Quit when it ends', 'Quit now', 'Cancel']);
      expect((await app.snapshot()).state.inFlight).toHaveLength(1);

      await answerWith(app, AFTER);
      await app.electron.evaluate(({ app: electronApp }) => electronApp.quit());
      // It has all of the answer, and the application ends by itself.
      expect((await answer).output).toBeGreaterThan(0);
      expect(await app.exited).toBe(0);
    } finally {
      await app.dispose();
      await upstream.stop();
    }
  });

  test('a signal ends it in order without a question, because nobody may be there', async () => {
    const upstream = await startRecordedUpstream({ frameGapMs: 150 });
    const app = await launchDesktop({ upstreams: [`ollama=${upstream.url}`] });
    try {
      const { state } = await app.snapshot();
      const answer = streamChat(state.upstreams[0]!.proxyUrl, MODEL, 'Hello').catch(() => null);
      const running = async (): Promise<number> => (await app.snapshot()).state.inFlight.length;
      await expect.poll(running, POLL).toBe(1);
      await answerWith(app, CANCEL);
      app.electron.process().kill('SIGTERM');
      expect(await app.exited).toBe(0);
      await answer;
    } finally {
      await app.dispose();
      await upstream.stop();
    }
  });
});
