import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityCapture, ActivityDetail } from '../../../../shared/activity.ts';
import { navigate } from '../../../state/address.ts';
import { useSlice } from '../../../state/context.tsx';
import { MenuButton } from '../../../ui/MenuButton.tsx';
import type { MenuEntry } from '../../../ui/MenuButton.tsx';
import { useNotify } from '../../../ui/notices.tsx';
import { useCopy } from '../../../ui/use-copy.ts';
import type { Selection } from '../use-selection.ts';
import { asCurl, asJavaScript, asPython, sampleOf } from './code-sample.ts';
import type { Sample } from './code-sample.ts';
import { useCapture } from './use-capture.ts';

/** Copy as code, replay, compare. */
export function DetailActions({
  row,
  selection,
}: {
  readonly row: ActivityDetail;
  readonly selection: Selection;
}): JSX.Element {
  const text = useTranslations('activity.detail');
  const notify = useNotify();
  const copies = useCopies(row);
  const compare: MenuEntry =
    selection.other === null
      ? { id: 'compare', title: text('compare'), run: () => notify(text('compareHint')) }
      : { id: 'compare', title: text('stopComparing'), run: () => selection.compare(null) };
  const replay: MenuEntry = {
    id: 'replay',
    title: text('replay'),
    run: () => navigate(`/playground?from=${row.id}`),
  };
  const entries = [...copies, replay, compare];
  return <MenuButton label={text('more')} entries={entries} />;
}

function useCopies(row: ActivityDetail): MenuEntry[] {
  const text = useTranslations('activity.detail');
  const copyText = useCopy();
  const upstreams = useSlice('upstreams');
  const { data } = useCapture(row.id);
  // An upstream may have been removed since.
  const proxy = upstreams.find(({ name }) => name === row.upstream) ?? upstreams[0];
  const copy = (form: (sample: Sample) => string): void => {
    const url = (proxy?.proxyUrl ?? '').replace(/\/$/, '');
    const sample = sampleOf(row, url, capturedBody(data, row.id));
    copyText(form(sample), text('copied'));
  };
  return [
    { id: 'curl', title: text('copyCurl'), run: () => copy(asCurl) },
    { id: 'python', title: text('copyPython'), run: () => copy(asPython) },
    { id: 'javascript', title: text('copyJavaScript'), run: () => copy(asJavaScript) },
  ];
}

/** The captured body, if it is whole and JSON. */
function capturedBody(capture: ActivityCapture | undefined, id: number): string | null {
  if (capture?.id !== id || capture.request.truncated) return null;
  try {
    JSON.parse(capture.request.body);
    return capture.request.body;
  } catch {
    return null;
  }
}
