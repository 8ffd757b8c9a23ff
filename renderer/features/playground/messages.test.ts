import { describe, expect, it } from 'vitest';
import { NO_SAMPLING } from '../../../shared/sampling.ts';
import { chatBody } from './messages.ts';
import { choiceText, parseChoice } from './choice-text.ts';
import { replayOf } from './replay.ts';
import { setupOf, samplingBody, valueOf, wrongFields } from './sampling.ts';
import { EMPTY_SETUP, newConversation } from './types.ts';
import type { Answer, Turn } from './types.ts';

const choice = { model: 'a', upstream: null };

function answer(lane: number, text: string, state: Answer['state'] = 'done'): Answer {
  const nothing = { upstream: null, reasoning: '', toolCalls: [], problem: null } as const;
  return { id: `${lane}`, lane, choice, state, text, ...nothing, finishReason: null, row: null };
}

function turn(id: string, answers: readonly Answer[]): Turn {
  return { id, question: { text: `ask ${id}`, pictures: [] }, answers, replayed: [] };
}

function messagesOf(turns: readonly Turn[], until: string, lane = 0): unknown {
  const body = chatBody({ ...newConversation(), turns }, { choice, until, lane });
  return (body as { messages: unknown }).messages;
}

describe('the messages of an answer', () => {
  const turns = [turn('1', [answer(0, 'mine'), answer(1, 'yours')]), turn('2', []), turn('3', [])];

  it('end with its question, and have the answers of its own lane', () => {
    expect(messagesOf(turns, '2', 1)).toEqual([
      { role: 'user', content: 'ask 1' },
      { role: 'assistant', content: 'yours' },
      { role: 'user', content: 'ask 2' },
    ]);
  });

  it('have the other model’s answer where its own failed', () => {
    const failed = [turn('1', [answer(0, '', 'failed'), answer(1, 'yours')]), turn('2', [])];
    expect(messagesOf(failed, '2')).toContainEqual({ role: 'assistant', content: 'yours' });
  });
});

describe('parameters', () => {
  it('are left to the server where a field is empty', () => {
    expect(samplingBody(EMPTY_SETUP)).toEqual({ options: {} });
  });

  it.each([
    ['temperature', '0,7', 0.7],
    ['temperature', 'warm', undefined],
    ['topP', '1.1', undefined],
    ['topK', '2.5', undefined],
    ['maxTokens', '0', undefined],
    ['seed', ' 7 ', 7],
    ['context', '', null],
  ] as const)('%s: %j is %j', (field, typed, value) => {
    expect(valueOf(field, typed)).toBe(value);
    const setup = { ...EMPTY_SETUP, sampling: { ...EMPTY_SETUP.sampling, [field]: typed } };
    expect(wrongFields(setup)).toEqual(value === undefined ? [field] : []);
  });

  it('of a recorded request give the same parameters again', () => {
    const recorded = { ...NO_SAMPLING, temperature: 0, seed: 3, reasoningEffort: 'low' };
    expect(samplingBody(setupOf(recorded, ''))).toEqual({
      temperature: 0,
      think: 'low',
      options: { seed: 3 },
    });
  });
});

describe('a replay', () => {
  it('keeps calls of tools and their results for the next question', () => {
    const call = { id: 'x', type: 'function', function: { name: 'add', arguments: '{"a":1}' } };
    const replay = replayOf(
      JSON.stringify({
        messages: [
          { role: 'user', content: 'Add' },
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: 'x', content: '2' },
          { role: 'assistant', content: 'Two.' },
          { role: 'user', content: 'Again' },
        ],
      }),
    );
    expect(replay?.question.text).toBe('Again');
    const next = turn('next', []);
    expect(messagesOf([...(replay?.turns ?? []), next], 'next')).toEqual([
      { role: 'user', content: 'Add' },
      { role: 'assistant', content: '', tool_calls: [{ ...call, id: 'call_0' }] },
      { role: 'tool', tool_call_id: 'call_0', content: '2' },
      { role: 'assistant', content: 'Two.' },
      { role: 'user', content: 'ask next' },
    ]);
  });

  it('of a body that was cut off is none', () => {
    expect(replayOf('{"messages": [{"role": "us')).toBeNull();
  });
});

describe('a choice in an address', () => {
  it.each([
    { model: 'qwen3:8b', upstream: null },
    { model: 'org/a@main', upstream: 'work station' },
  ])('is read as it was written: %j', (given) => {
    expect(parseChoice(choiceText(given))).toEqual(given);
  });

  it('may be missing', () => {
    expect(parseChoice('')).toBeNull();
  });
});
