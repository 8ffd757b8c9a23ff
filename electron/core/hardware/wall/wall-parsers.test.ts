import { describe, expect, it } from 'vitest';
import { parseEnergyState, parsePowerState } from './home-assistant.ts';
import { powerAtPath } from './json-path.ts';
import { nutPower, parseNutLine } from './nut.ts';
import { parseShellyGen1, parseShellyGen2 } from './shelly.ts';
import { parseTasmota } from './tasmota.ts';

const KWH = 3_600_000;

describe('shelly, first generation', () => {
  const plug = { power: 123.45, is_valid: true, counters: [120, 118, 0], total: 60_000 };

  it('reads a plug, whose total is in watt-minutes', () => {
    expect(parseShellyGen1({ meters: [plug] }, null)).toEqual({
      powerW: 123.45,
      counterJoules: KWH,
    });
  });

  it('keeps a plug that delivers nothing at 0', () => {
    const idle = { ...plug, power: 0, total: 0 };
    expect(parseShellyGen1({ meters: [idle] }, 0)).toEqual({ powerW: 0, counterJoules: 0 });
  });

  it('does not take the 0 of a relay without a meter for a figure', () => {
    expect(parseShellyGen1({ meters: [{ power: 0, is_valid: true }] }, null)).toBeNull();
  });

  it('reads an energy meter, whose total is in watt-hours', () => {
    const phase = { power: 100, reactive: -3, voltage: 230, is_valid: true, total: 500 };
    const answer = { emeters: [phase, phase, { ...phase, power: -20 }], meters: [plug] };
    expect(parseShellyGen1(answer, null)).toEqual({ powerW: 180, counterJoules: 1.5 * KWH });
    expect(parseShellyGen1(answer, 2)).toEqual({ powerW: -20, counterJoules: 0.5 * KWH });
    expect(parseShellyGen1(answer, 3)).toBeNull();
  });

  it('does not know a figure that the device could not measure', () => {
    const answer = { meters: [{ ...plug, is_valid: false }] };
    expect(parseShellyGen1(answer, null)).toEqual({ powerW: null, counterJoules: null });
  });

  it.each([null, 5, 'x', {}, { meters: {} }, { meters: [null] }])('finds nothing in %j', (answer) =>
    expect(parseShellyGen1(answer, null)).toBeNull(),
  );
});

describe('shelly, second generation and later', () => {
  const metered = { id: 0, output: true, apower: 87.3, voltage: 231, aenergy: { total: 2000.5 } };

  it('reads a switch', () => {
    expect(parseShellyGen2({ 'switch:0': metered, sys: { uptime: 5 } }, null)).toEqual({
      powerW: 87.3,
      counterJoules: 2000.5 * 3600,
    });
  });

  it('sums the sockets of a strip, or takes one', () => {
    const answer = { 'switch:0': metered, 'switch:1': { ...metered, id: 1, apower: 0 } };
    expect(parseShellyGen2(answer, null)?.powerW).toBeCloseTo(87.3, 9);
    expect(parseShellyGen2(answer, 1)?.powerW).toBe(0);
    expect(parseShellyGen2(answer, 2)).toBeNull();
  });

  it('does not take a relay without a meter for one', () => {
    expect(parseShellyGen2({ 'switch:0': { id: 0, output: true } }, null)).toBeNull();
    expect(parseShellyGen2({ 'switch:0': { id: 0, output: true, apower: 0 } }, 0)).toBeNull();
  });

  it('reads PM1, EM with EMData and EM1 with EM1Data, beside a relay without a meter', () => {
    const pm1 = { 'pm1:0': { apower: 11, aenergy: { total: 1 } } };
    expect(parseShellyGen2(pm1, null)).toEqual({ powerW: 11, counterJoules: 3600 });
    const em = { 'em:0': { total_act_power: 480.2 }, 'emdata:0': { id: 0, total_act: 10 } };
    expect(parseShellyGen2(em, null)).toEqual({ powerW: 480.2, counterJoules: 36_000 });
    const em1 = {
      'switch:0': { id: 0, output: false },
      'em1:0': { act_power: 0, voltage: 234.9 },
      'em1:1': { act_power: 501.8, voltage: 234.9 },
      'em1data:0': { total_act_energy: 0 },
      'em1data:1': { total_act_energy: 2 },
    };
    expect(parseShellyGen2(em1, null)).toEqual({ powerW: 501.8, counterJoules: 7200 });
    expect(parseShellyGen2(em1, 0)).toEqual({ powerW: 0, counterJoules: 0 });
  });

  it('does not know the power of a meter that failed', () => {
    const failed = { 'em:0': { total_act_power: null }, 'emdata:0': { total_act: 10 } };
    expect(parseShellyGen2(failed, null)).toEqual({ powerW: null, counterJoules: 36_000 });
  });

  it.each([null, [], 'x', { 'switch:0': null }])('finds nothing in %j', (answer) =>
    expect(parseShellyGen2(answer, null)).toBeNull(),
  );
});

describe('tasmota', () => {
  const sns = (energy: object): object => ({
    StatusSNS: { Time: '2026-11-27T02:00:00', ENERGY: energy },
  });

  it('reads power in watts and the total in kWh', () => {
    const energy = { Total: 12.5, Yesterday: 0.1, Today: 0.3, Power: 27, Voltage: 234 };
    expect(parseTasmota(sns(energy), null)).toEqual({ powerW: 27, counterJoules: 12.5 * KWH });
    expect(parseTasmota(sns({ Total: 0, Power: 0 }), null)).toEqual({
      powerW: 0,
      counterJoules: 0,
    });
  });

  it('sums channels, or takes one', () => {
    const energy = { Total: [1, 2], Power: [27, 3] };
    expect(parseTasmota(sns(energy), null)).toEqual({ powerW: 30, counterJoules: 3 * KWH });
    expect(parseTasmota(sns(energy), 1)).toEqual({ powerW: 3, counterJoules: 2 * KWH });
    expect(parseTasmota(sns(energy), 2)).toEqual({ powerW: null, counterJoules: null });
  });

  it('knows no counter of one channel if the device counts all together', () => {
    const energy = { Total: 3, Power: [27, 3] };
    expect(parseTasmota(sns(energy), 0)).toEqual({ powerW: 27, counterJoules: null });
    expect(parseTasmota(sns(energy), null)).toEqual({ powerW: 30, counterJoules: 3 * KWH });
  });

  it('reads the answer of old firmware', () => {
    const answer = { StatusPWR: { Total: 0.52, Today: 0.32, Power: 27, Factor: 0.94 } };
    expect(parseTasmota(answer, null)?.powerW).toBe(27);
  });

  it.each([
    ['the state of relays', { Status: { Module: 1, Power: 1 } }],
    ['a relay without a meter', { StatusSNS: { Time: 'x', Switch1: 'OFF' } }],
    ['a missing password', { WARNING: 'Need user=<username>&password=<password>' }],
    ['nothing', null],
  ])('finds no figure in %s', (_case, answer) => expect(parseTasmota(answer, null)).toBeNull());

  it('has no second channel if it shows none', () => {
    expect(parseTasmota(sns({ Total: 1, Power: 27 }), 1)).toBeNull();
    expect(parseTasmota(sns({ Total: 1, Power: 27 }), 0)?.powerW).toBe(27);
  });
});

describe('home assistant', () => {
  const state = (text: unknown, unit?: string): object => ({
    entity_id: 'sensor.plug_power',
    state: text,
    attributes: unit === undefined ? {} : { unit_of_measurement: unit },
  });

  it.each([
    ['123.4', 'W', 123.4],
    ['0', 'W', 0],
    ['0.25', 'kW', 250],
    ['-3.5', 'W', -3.5],
  ])('%s %s is %d W', (text, unit, value) => {
    expect(parsePowerState(state(text, unit))).toEqual({ kind: 'value', value });
  });

  it.each(['unavailable', 'unknown', '', '12,5', 'NaN', '0x10'])('%j is no figure', (text) => {
    expect(parsePowerState(state(text, 'W'))).toEqual({ kind: 'none' });
  });

  it('names a unit that is no power', () => {
    expect(parsePowerState(state('5', 'kWh'))).toEqual({ kind: 'unit', unit: 'kWh' });
    expect(parsePowerState(state('5'))).toEqual({ kind: 'unit', unit: 'no unit' });
    expect(parsePowerState(state('5', 'constructor'))).toMatchObject({ kind: 'unit' });
    expect(parseEnergyState(state('1.5', 'kWh'))).toEqual({ kind: 'value', value: 1.5 * KWH });
  });

  it('finds nothing in an answer without a state', () => {
    expect(parsePowerState({ message: 'Entity not found.' })).toEqual({ kind: 'none' });
  });
});

describe('nut', () => {
  it('parses values and errors', () => {
    expect(parseNutLine('VAR ups ups.realpower "125"')).toEqual({ kind: 'value', value: '125' });
    const escaped = parseNutLine(String.raw`VAR ups ups.model "a \"b\" \\c"`);
    expect(escaped).toEqual({ kind: 'value', value: String.raw`a "b" \c` });
    expect(parseNutLine('ERR VAR-NOT-SUPPORTED')).toEqual({
      kind: 'error',
      code: 'VAR-NOT-SUPPORTED',
    });
    expect(parseNutLine('SSH-2.0-OpenSSH_9.2')).toBeNull();
  });

  it.each([
    ['125', null, null, 125],
    ['0', '0', '900', 0],
    ['0', '15', '900', 135],
    [null, '15', '900', 135],
    [null, '026', '500', 130],
    [null, '15', null, null],
    [null, null, '900', null],
    ['N/A', '10', '0', null],
  ])('realpower %s, load %s of %s is %s W', (realpower, load, nominal, watts) => {
    expect(nutPower({ realpower, load, nominal })).toBe(watts);
  });
});

describe('json by path', () => {
  const answer = { a: { b: [{ c: 1.5 }, { c: '250' }] }, zero: 0, list: [7] };

  it.each([
    ['a.b[0].c', 'kW', 1500],
    ['a.b[1].c', 'W', 250],
    ['zero', 'W', 0],
    ['list[0]', 'W', 7],
    ['a.b[2].c', 'W', null],
    ['a.b', 'W', null],
    ['a.b.0.c', 'W', 1.5],
    ['list.length', 'W', 1],
    ['a[0]', 'W', null],
    ['constructor', 'W', null],
    ['__proto__', 'W', null],
  ] as const)('%s in %s is %s W', (path, unit, watts) => {
    expect(powerAtPath(answer, path, unit)).toBe(watts);
  });

  it('finds nothing in an answer that is no object', () => {
    expect(powerAtPath(5, 'a', 'W')).toBeNull();
    expect(powerAtPath(null, 'a', 'W')).toBeNull();
  });
});
