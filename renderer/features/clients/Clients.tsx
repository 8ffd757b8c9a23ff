import type { JSX } from 'react';
import { usePart } from '../../state/address.ts';
import { ClientList } from './ClientList.tsx';
import { ClientPage } from './ClientPage.tsx';

/** The programs and keys that asked models for something, or one of them. */
export function Clients(): JSX.Element {
  const name = usePart();
  return name === null ? <ClientList /> : <ClientPage key={name} name={name} />;
}
