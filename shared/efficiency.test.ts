import { describe, expect, it } from 'vitest';
import { efficiencyOf } from './efficiency.ts';
import { NO_ENERGY_SUMS, addEnergySums, energyFacts, energySumsOf } from './energy-sums.ts';
import type { EnergyFacts, EnergySums } from './energy-sums.ts';
import { activityRecord, usageOf } from '../tests/support/records.ts';

const PARTS = {
  netJoules: 60,
  prefillJoules: 20,
  decodeJoules: 80,
  measuredShare: 1,
  hasOtherWork: null,
};
const FACTS: EnergyFacts = {
  energyJoules: 100,
  energyParts: PARTS,
  inputTokens: 50,
  cachedInputTokens: 10,
  outputTokens: 41,
  reasoningTokens: null,
  timeToFirstTokenMs: 300,
  timeToFirstTextMs: 300,
};
const sums = (changes: Partial<EnergyFacts>): EnergySums => energySumsOf({ ...FACTS, ...changes });

describe('the sums of energy', () => {
  it('count a rated exchange in every pair', () => {
    expect(sums({})).toEqual({
      energyNetJoules: 60,
      ratedJoules: 100,
      ratedOutputTokens: 41,
      ratedNetJoules: 60,
      ratedNetOutputTokens: 41,
      ratedPrefillJoules: 20,
      ratedPromptTokens: 40,
      ratedDecodeJoules: 80,
      ratedDecodeTokens: 40,
    });
  });

  it('count the net energy, but no ratio, of an exchange that is not rated', () => {
    const net = { ...NO_ENERGY_SUMS, energyNetJoules: 60 };
    expect(sums({ energyParts: { ...PARTS, measuredShare: 0.89 } })).toEqual(net);
    expect(sums({ outputTokens: null })).toEqual(net);
    expect(sums({ outputTokens: 0 })).toEqual(net);
    expect(sums({ energyParts: { ...PARTS, measuredShare: 0.9 } }).ratedJoules).toBe(100);
  });

  it('count nothing of an exchange without energy or without its parts', () => {
    expect(sums({ energyJoules: null, energyParts: null })).toBe(NO_ENERGY_SUMS);
    expect(sums({ energyParts: null })).toBe(NO_ENERGY_SUMS);
    expect(sums({ energyJoules: NaN })).toBe(NO_ENERGY_SUMS);
  });

  it('leave out the tokens of a part that is unknown', () => {
    const unknown = { ...PARTS, netJoules: null, prefillJoules: null, decodeJoules: null };
    expect(sums({ energyParts: unknown })).toEqual({
      ...NO_ENERGY_SUMS,
      ratedJoules: 100,
      ratedOutputTokens: 41,
    });
    const noPrompt = { ratedPrefillJoules: null, ratedPromptTokens: null };
    expect(sums({ inputTokens: null })).toMatchObject({ ...noPrompt, ratedDecodeTokens: 40 });
    expect(sums({ cachedInputTokens: null })).toMatchObject(noPrompt);
    expect(sums({ cachedInputTokens: 50 })).toMatchObject(noPrompt);
    const noDecode = { ratedDecodeJoules: null, ratedDecodeTokens: null };
    expect(sums({ outputTokens: 1 })).toMatchObject({ ...noDecode, ratedPromptTokens: 40 });
  });

  it('do not take reasoning that was not sent for prefill', () => {
    const hidden = sums({ reasoningTokens: 30 });
    expect(hidden).toMatchObject({ ratedPrefillJoules: null, ratedDecodeJoules: null });
    expect(hidden.ratedJoules).toBe(100);
    expect(sums({ reasoningTokens: 30, timeToFirstTextMs: 900 }).ratedDecodeJoules).toBe(80);
  });

  it('are never below 0', () => {
    expect(sums({ energyParts: { ...PARTS, decodeJoules: -1e-12 } }).ratedDecodeJoules).toBe(0);
  });

  it('stay unknown until an exchange was counted', () => {
    expect(addEnergySums(NO_ENERGY_SUMS, NO_ENERGY_SUMS)).toEqual(NO_ENERGY_SUMS);
    expect(addEnergySums(NO_ENERGY_SUMS, sums({}))).toEqual(sums({}));
    expect(addEnergySums(sums({}), NO_ENERGY_SUMS)).toEqual(sums({}));
    const both = addEnergySums(sums({}), sums({ energyParts: { ...PARTS, netJoules: null } }));
    expect(both).toMatchObject({ energyNetJoules: 60, ratedJoules: 200, ratedNetOutputTokens: 41 });
  });

  it('read the facts of a row', () => {
    const usage = { ...usageOf(50, 41), cachedInputTokens: 10 };
    const record = activityRecord({ usage, energyJoules: 100, energyParts: PARTS });
    expect(energyFacts(record)).toEqual(FACTS);
  });
});

describe('the efficiency', () => {
  it('relates each energy to the tokens of the same exchanges', () => {
    const mixed = addEnergySums(sums({}), sums({ energyParts: { ...PARTS, netJoules: null } }));
    expect(efficiencyOf(mixed)).toEqual({
      joulesPerOutputToken: 200 / 82,
      netJoulesPerOutputToken: 60 / 41,
      joulesPerPromptToken: 0.5,
      joulesPerGeneratedToken: 2,
      wattHoursPerThousandOutputTokens: (200 / 82 / 3_600) * 1_000,
      outputTokensPerJoule: 82 / 200,
    });
  });

  it('is unknown without rated exchanges', () => {
    expect(Object.values(efficiencyOf(NO_ENERGY_SUMS))).toEqual(Array(6).fill(null));
  });

  it('has no tokens per joule if no energy was used', () => {
    const free = sums({ energyJoules: 0 });
    expect(efficiencyOf(free)).toMatchObject({
      joulesPerOutputToken: 0,
      outputTokensPerJoule: null,
    });
  });
});
