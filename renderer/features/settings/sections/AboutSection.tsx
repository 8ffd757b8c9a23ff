import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { localMinute } from '../../../../shared/format.ts';
import { useBridge, useSlice } from '../../../state/context.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { Fact, Facts, Group } from '../Section.tsx';
import css from '../settings.module.css';
import { AppUpdate } from './AppUpdate.tsx';
import { Licences } from './Licences.tsx';

/** The version and the files in use. */
export function AboutSection(): JSX.Element {
  const text = useTranslations('settings.about');
  const { version, startedAt, dataDir } = useSlice('app');
  const attachment = useSlice('attachment');
  const { platform } = useBridge();
  const inFolder = (file: string): string =>
    `${dataDir}${dataDir.includes('\\') ? '\\' : '/'}${file}`;
  return (
    <Group>
      <Facts>
        <Fact name={text('version')}>{version}</Fact>
        <Fact name={text('since')}>{localMinute(startedAt)}</Fact>
        {attachment !== null && attachment.lost === null && (
          <Fact name={text('attached')}>
            {text('attachedTo', {
              version: attachment.version,
              since: localMinute(attachment.since),
            })}
          </Fact>
        )}
        <Path name={text('folder')} path={dataDir} copy={text('copyFolder')} />
        <Path name={text('file')} path={inFolder('settings.json')} copy={text('copyFile')} />
        <Path name={text('log')} path={inFolder('tokwatt.log')} copy={text('copyLog')} />
      </Facts>
      {platform !== 'web' && <AppUpdate />}
      <Licences />
    </Group>
  );
}

function Path({
  name,
  path,
  copy,
}: {
  readonly name: string;
  readonly path: string;
  readonly copy: string;
}): JSX.Element {
  return (
    <Fact name={name}>
      <span className={css.together}>
        <code className={css.code}>{path}</code>
        <CopyButton text={path} label={copy} />
      </span>
    </Fact>
  );
}
