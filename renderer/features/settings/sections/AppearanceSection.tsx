import type { JSX } from 'react';
import { Group, Rows } from '../Section.tsx';

/** Theme and language of the window. */
export function AppearanceSection(): JSX.Element {
  return (
    <Group>
      <Rows paths={['appearance.theme', 'appearance.language']} />
    </Group>
  );
}
