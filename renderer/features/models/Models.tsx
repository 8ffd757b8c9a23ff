import type { JSX } from 'react';
import { usePart } from '../../state/address.ts';
import { ModelPage } from './one/ModelPage.tsx';
import { ModelsList } from './ModelsList.tsx';

/** All models, or one of them. */
export function Models(): JSX.Element {
  const name = usePart();
  return name === null ? <ModelsList /> : <ModelPage key={name} name={name} />;
}
