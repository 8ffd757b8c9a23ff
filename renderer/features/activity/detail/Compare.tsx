import { diffWords } from 'diff';
import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityDetail } from '../../../../shared/activity.ts';
import { answerText } from '../../../../shared/conversation/answer.ts';
import { useApiData } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { LongName } from '../../../ui/LongName.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { COLUMNS } from '../columns.tsx';
import css from './Detail.module.css';
import { useCapture } from './use-capture.ts';

/** Longest texts that are compared, characters, and the longest search for differences. */
const MAX_LENGTH = 50_000;
const MAX_MS = 500;

const COMPARED = [
  ...['time', 'application', 'upstream', 'endpoint', 'input', 'cached', 'output', 'reasoning'],
  ...['ttft', 'promptSpeed', 'outputSpeed', 'queue', 'load', 'prefill', 'decode', 'duration'],
  ...['energy', 'finish'],
];

/** The figures of two exchanges side by side, and how their answers differ. */
export function Compare({
  first,
  otherId,
  stop,
}: {
  readonly first: ActivityDetail;
  readonly otherId: number;
  readonly stop: () => void;
}): JSX.Element {
  const text = useTranslations('activity');
  const result = useApiData<ActivityDetail>(`/activity/${otherId}`);
  return (
    <Panel
      title={text('compare.title')}
      aside={
        <Button plain onClick={stop}>
          {text('detail.stopComparing')}
        </Button>
      }
    >
      <Loaded result={result}>
        {(second) => (
          <>
            <FigureTable first={first} second={second} />
            <h3 className={css.subtitle}>{text('compare.answers')}</h3>
            <Answers first={first} second={second} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

interface Pair {
  readonly first: ActivityDetail;
  readonly second: ActivityDetail;
}

function FigureTable({ first, second }: Pair): JSX.Element {
  const text = useTranslations('activity');
  const now = Math.max(first.completedAt, second.completedAt);
  const shown = COLUMNS.filter(({ id }) => COMPARED.includes(id));
  return (
    <table className={css.compared}>
      <thead>
        <tr>
          <th scope="col">{text('compare.figure')}</th>
          {[first, second].map((row) => (
            <th key={row.id} scope="col">
              <LongName>{row.model ?? row.endpoint}</LongName>
              <span className={css.note}>{text('detail.title', { id: row.id })}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((column) => (
          <tr key={column.id}>
            <th scope="row">
              {text(`heads.${column.id}`)}
              {column.unit !== null && ` (${text(`units.${column.unit}`)})`}
            </th>
            <td>{column.text(first, now)}</td>
            <td>{column.text(second, now)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Answers({ first, second }: Pair): JSX.Element {
  const text = useTranslations('activity');
  const one = useCapture(first.id).data;
  const other = useCapture(second.id).data;
  if (one?.id !== first.id || other?.id !== second.id) {
    return <p className={css.quiet}>{text('compare.noAnswers')}</p>;
  }
  const said = answerText(one.response.body);
  const otherSaid = answerText(other.response.body);
  if (said === otherSaid) return <p className={css.quiet}>{text('compare.same')}</p>;
  return (
    <>
      <Difference one={said} other={otherSaid} />
      <p className={css.quiet}>{text('compare.legend', { first: first.id, second: second.id })}</p>
    </>
  );
}

function Difference({ one, other }: { readonly one: string; readonly other: string }): JSX.Element {
  const text = useTranslations('activity.compare');
  const pieces = useMemo(() => {
    if (one.length + other.length > MAX_LENGTH) return undefined;
    return diffWords(one, other, { timeout: MAX_MS });
  }, [one, other]);
  if (pieces === undefined) return <p className={css.quiet}>{text('tooLong')}</p>;
  return (
    <p className={css.text}>
      {pieces.map(({ value, added, removed }, at) => {
        // Pieces never change their places.
        if (added) return <ins key={at}>{value}</ins>;
        return removed ? <del key={at}>{value}</del> : <span key={at}>{value}</span>;
      })}
    </p>
  );
}
