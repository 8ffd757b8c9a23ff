import type { WallMeterKind, WallMeterSetting } from '../../../../shared/hardware-settings.ts';
import { sentence } from '../../../../shared/sentences.ts';
import type { PlainCode, Sentence, SentenceValue } from '../../../../shared/sentences.ts';
import { TokwattError } from '../../errors.ts';
import { wallMeterUrl } from '../../settings/key-holders.ts';
import type { MachinePart, MachineSource } from '../machine/machine-source.ts';
import { parseEnergyState, parsePowerState } from './home-assistant.ts';
import type { StateFigure } from './home-assistant.ts';
import { powerAtPath } from './json-path.ts';
import { getJson } from './meter-request.ts';
import { NUT_PORT, askNut } from './nut-request.ts';
import { nutPower } from './nut.ts';
import { parseShellyGen1, parseShellyGen2 } from './shelly.ts';
import { parseTasmota } from './tasmota.ts';
import type { WallFigures } from './wall-figures.ts';

export interface WallMeterOptions {
  readonly setting: WallMeterSetting;
  /** The token that is stored for the meter; null if there is none. */
  readonly token: () => string | null;
}

interface Meter {
  readonly setting: WallMeterSetting;
  readonly url: URL;
  /** The JSON answer of the meter to a path on its host; to the address itself without one. */
  readonly json: (path?: string) => Promise<unknown>;
  readonly signal: AbortSignal;
}

/** One reading of a meter. Null: it answers, but measures nothing. */
type Read = (meter: Meter) => Promise<WallFigures | null>;

const READS: Readonly<Record<WallMeterKind, Read>> = {
  'shelly-gen1': async ({ json, setting }) => parseShellyGen1(await json('/status'), setting.index),
  'shelly-gen2': async ({ json, setting }) =>
    parseShellyGen2(await json('/rpc/Shelly.GetStatus'), setting.index),
  // Old firmware answers `Status 10` without power, and new firmware answers both alike.
  tasmota: async ({ json, setting }) =>
    parseTasmota(await json('/cm?cmnd=Status%208'), setting.index),
  'home-assistant': readHomeAssistant,
  nut: readNut,
  json: async ({ json, setting }) => {
    const powerW = powerAtPath(await json(), setting.path ?? '', setting.unit);
    return powerW === null ? null : { powerW, counterJoules: null };
  },
};

/** What to check if a meter answers but tells no power, by kind. */
const NO_FIGURE: Readonly<Record<WallMeterKind, PlainCode>> = {
  'shelly-gen1': 'wall_no_shelly',
  'shelly-gen2': 'wall_no_shelly',
  tasmota: 'wall_no_tasmota',
  'home-assistant': 'wall_no_value',
  nut: 'wall_no_load',
  json: 'wall_no_number',
};

const MAX_POWER_W = 100_000;

/** A meter in the wall socket, as the user set it up. Errors become a note that says what to do. */
export function createWallMeterSource({ setting, token }: WallMeterOptions): MachineSource {
  const { name, kind, intervalMs } = setting;
  return {
    name: 'wall-meter',
    intervalMs,
    async read(signal): Promise<MachinePart> {
      try {
        const figures = await READS[kind](meterOf(setting, token, signal));
        const wall = {
          name,
          powerW: plausiblePower(figures?.powerW ?? null),
          counterJoules: figures?.counterJoules ?? null,
        };
        return {
          figures: { wall },
          note: figures === null ? noteOf(name, { text: NO_FIGURE[kind] }) : null,
        };
      } catch (error) {
        const what =
          error instanceof TokwattError
            ? (error.said ?? error.message)
            : sentence('wall_failed', { words: String(error) });
        return { figures: { wall: null }, note: noteOf(name, what) };
      }
    },
  };
}

/**
 * A power that no socket or small installation delivers is unknown, watts. So is a negative one: the
 * meter then measures what is fed in, and not what this machine takes.
 */
function plausiblePower(powerW: number | null): number | null {
  return powerW !== null && powerW >= 0 && powerW <= MAX_POWER_W ? powerW : null;
}

function noteOf(name: string, what: SentenceValue): Sentence {
  return sentence('wall_meter_unread', { name, what });
}

function meterOf(
  setting: WallMeterSetting,
  token: () => string | null,
  signal: AbortSignal,
): Meter {
  const url = wallMeterUrl(setting);
  if (url === null) throw new TokwattError('wall_meter', sentence('wall_bad_address'));
  return {
    setting,
    url,
    signal,
    json: (path) =>
      getJson(path === undefined ? url : new URL(path, url.origin), {
        token: setting.kind === 'home-assistant' ? token() : null,
        signal,
      }),
  };
}

async function readHomeAssistant({ json, setting }: Meter): Promise<WallFigures | null> {
  const stateOf = (entity: string): Promise<unknown> => json(`/api/states/${entity}`);
  const power = parsePowerState(await stateOf(setting.entity ?? ''));
  const { energyEntity } = setting;
  const energy = energyEntity === null ? null : parseEnergyState(await stateOf(energyEntity));
  const powerW = valueOf(power, 'wall_not_power');
  const counterJoules = energy === null ? null : valueOf(energy, 'wall_not_energy');
  return powerW === null && counterJoules === null ? null : { powerW, counterJoules };
}

function valueOf(figure: StateFigure, wrong: 'wall_not_power' | 'wall_not_energy'): number | null {
  if (figure.kind !== 'unit') return figure.kind === 'value' ? figure.value : null;
  throw new TokwattError('wall_meter', sentence(wrong, { unit: figure.unit }));
}

async function readNut({ setting, url, signal }: Meter): Promise<WallFigures | null> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? NUT_PORT : Number(url.port);
  const powerW = nutPower(await askNut({ host, port }, setting.entity ?? 'ups', signal));
  return powerW === null ? null : { powerW, counterJoules: null };
}
