import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { WallMeterSetting } from '../../../../shared/hardware-settings.ts';
import type { Draft } from '../draft.ts';
import { Group, Rows } from '../Section.tsx';
import { SettingObject } from '../SettingObject.tsx';

/** Sensors, and the ratios of estimates. */
export function HardwareSection(): JSX.Element {
  const text = useTranslations('settings.hardware');
  return (
    <>
      <Group title={text('gpus')}>
        <Rows paths={['gpuIntervalMs']} />
      </Group>
      <Group title={text('meter')}>
        <SettingObject
          path="hardware.wallMeter"
          name={text('meter')}
          hint={text('meterHint')}
          describe={({ name, address }: WallMeterSetting) => `${name}, ${address}`}
          isShown={isMeterField}
        />
      </Group>
      <Group title={text('estimates')}>
        <Rows paths={['estimates.bytesPerInputToken', 'estimates.tokensPerOutputChunk']} />
      </Group>
    </>
  );
}

/** Which kinds of meters have a field; all have the others. */
const KINDS_WITH: Readonly<Record<string, readonly string[]>> = {
  index: ['shelly-gen1', 'shelly-gen2', 'tasmota'],
  entity: ['home-assistant', 'nut'],
  energyEntity: ['home-assistant'],
  token: ['home-assistant'],
  path: ['json'],
  unit: ['json'],
};

function isMeterField(member: string, draft: Draft): boolean {
  return KINDS_WITH[member]?.includes(String(draft.kind)) ?? true;
}
