import { useTranslations } from 'use-intl';
import { CLIENT_DIMENSIONS } from '../../../shared/clients.ts';
import type { ClientDimension, ClientRow } from '../../../shared/clients.ts';
import { useColors } from '../../charts/colors/use-colors.ts';
import { useParam } from '../../state/address.ts';
import { cssColor } from './palette.ts';

const DEFAULT = 'application';
const NAMELESS = { application: 'noApplication', key: 'noKey', process: 'noProcess' } as const;

/** What the page's clients are told apart by, in its address. */
export function useDimension(): [ClientDimension, (by: ClientDimension) => void] {
  const [text, setText] = useParam('by', DEFAULT);
  return [CLIENT_DIMENSIONS.find((each) => each === text) ?? DEFAULT, setText];
}

/** The query of a page of clients in an address. */
export function dimensionQuery(by: ClientDimension): string {
  return by === DEFAULT ? '' : `?by=${by}`;
}

/** How clients look: the user's name and colour, else their own. */
export interface Looks {
  readonly title: (client: Pick<ClientRow, 'name' | 'label'>) => string;
  readonly color: (client: Pick<ClientRow, 'name' | 'colour'>) => string;
}

/** @param clients the largest first, because from the ninth on they are grey */
export function useLooks(by: ClientDimension, clients: readonly ClientRow[]): Looks {
  const text = useTranslations('clients');
  const plain = clients.filter(({ colour }) => colour === null);
  const colorOf = useColors(plain.map(({ name }) => name ?? ''));
  return {
    title: ({ name, label }) => label ?? name ?? text(NAMELESS[by]),
    color: ({ name, colour }) => (colour === null ? colorOf(name ?? '') : cssColor(colour)),
  };
}

/** Amounts of money as one text; null if there are none. */
export function sumText(
  amounts: ClientRow['cost'],
  format: (amount: number, currency: string) => string,
): string | null {
  if (amounts.length === 0) return null;
  return amounts.map(({ cost, currency }) => format(cost, currency)).join(' + ');
}
