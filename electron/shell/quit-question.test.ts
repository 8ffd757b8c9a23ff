import { describe, expect, it } from 'vitest';
import { scenario } from '../../tests/support/scenarios.ts';
import { desktopWords } from './desktop-words.ts';
import { QuitQuestion, quitText } from './quit-question.ts';
import type { QuitAnswer } from './quit-question.ts';

const [one] = scenario('full', 0).state.inFlight;
const running = ['a', 'b', 'c', 'd'].map((id) => ({
  ...one!,
  id,
  model: `model-${id}`,
  application: id === 'b' ? null : 'Zed',
}));

function question(...answers: readonly QuitAnswer[]) {
  const seen = { inFlight: running.slice(0, 2), asked: 0, quits: 0 };
  const asked = new QuitQuestion({
    inFlight: () => seen.inFlight,
    words: () => desktopWords('en'),
    ask: () => {
      seen.asked += 1;
      return Promise.resolve(answers[seen.asked - 1] ?? 'cancel');
    },
    quit: () => (seen.quits += 1),
  });
  return { asked, seen };
}

describe('the question before quitting', () => {
  it('is not asked while nothing runs', async () => {
    const { asked, seen } = question('cancel');
    seen.inFlight = [];
    expect(await asked.mayQuit()).toBe(true);
    expect(seen).toMatchObject({ asked: 0, quits: 0 });
  });

  it('quits at once, or not, as was answered', async () => {
    expect(await question('now').asked.mayQuit()).toBe(true);
    const { asked, seen } = question('cancel');
    expect(await asked.mayQuit()).toBe(false);
    seen.inFlight = [];
    asked.changed();
    expect(seen.quits).toBe(0);
  });

  it('waits for the requests that ran, not for later ones', async () => {
    const { asked, seen } = question('after');
    expect(await asked.mayQuit()).toBe(false);
    seen.inFlight = running.slice(1, 3);
    asked.changed();
    expect(seen.quits).toBe(0);
    seen.inFlight = running.slice(2);
    asked.changed();
    asked.changed();
    expect(seen.quits).toBe(1);
  });

  it('can be taken back by asking again', async () => {
    const { asked, seen } = question('after', 'cancel');
    await asked.mayQuit();
    await asked.mayQuit();
    seen.inFlight = [];
    asked.changed();
    expect(seen).toMatchObject({ asked: 2, quits: 0 });
  });

  it('names what would be cut', () => {
    expect(quitText(running, desktopWords('en'))).toEqual({
      title: '4 answers are still being written',
      body: 'Quitting now cuts them off: model-a for Zed, model-b, model-c for Zed, and 1 more. Requests that come later are refused until Tokwatt runs again.',
      answers: ['Quit when they end', 'Quit now', 'Cancel'],
    });
    expect(quitText(running.slice(1, 2), desktopWords('de')).title).toBe(
      'Eine Antwort wird noch geschrieben',
    );
  });
});
