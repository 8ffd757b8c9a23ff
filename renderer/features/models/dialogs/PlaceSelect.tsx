import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelPlace } from '../../../../shared/models-view.ts';
import { Select } from '../../../ui/Select.tsx';

/** The choice of a server for a model that several have. */
export function PlaceSelect({
  places,
  place,
  onChange,
}: {
  readonly places: readonly ModelPlace[];
  readonly place: ModelPlace;
  readonly onChange: (place: ModelPlace) => void;
}): JSX.Element | null {
  const text = useTranslations('models.load');
  if (places.length < 2) return null;
  return (
    <Select
      label={text('server')}
      value={place.upstream}
      options={places.map(({ upstream }) => ({ value: upstream, label: upstream }))}
      onChange={(name) => {
        const chosen = places.find(({ upstream }) => upstream === name);
        if (chosen !== undefined) onChange(chosen);
      }}
    />
  );
}
