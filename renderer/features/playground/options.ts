import type { ModelPlace, ModelRow } from '../../../shared/models-view.ts';
import type { Choice } from './types.ts';

/** A model to choose. */
export interface ModelOption extends Choice {
  readonly id: string;
  readonly isLoaded: boolean;
  readonly isInstalled: boolean | null;
  readonly isDefault: boolean;
}

/** The id of a choice in lists. */
export function choiceId({ model, upstream }: Choice): string {
  return JSON.stringify([model, upstream]);
}

/**
 * Models that can chat, loaded ones first, then the installed ones. The upstream is told where a
 * model is at several.
 */
export function modelOptions(models: readonly ModelRow[]): readonly ModelOption[] {
  const options = models
    .filter(({ purpose }) => purpose === null || purpose === 'chat')
    .flatMap(optionsOf);
  const rank = ({ isLoaded, isInstalled }: ModelOption): number =>
    isLoaded ? 0 : isInstalled === true ? 1 : isInstalled === null ? 2 : 3;
  return options.toSorted((a, b) => rank(a) - rank(b) || a.model.localeCompare(b.model));
}

function optionsOf({ name, places, isDefault, isInstalled }: ModelRow): ModelOption[] {
  const there = places.filter((place) => place.isInstalled !== false);
  const shown = there.length > 0 ? there : places;
  if (shown.length === 0) {
    const choice = { model: name, upstream: null };
    return [{ ...choice, id: choiceId(choice), isLoaded: false, isInstalled, isDefault }];
  }
  return shown.map((place) => {
    const choice = { model: place.name, upstream: shown.length > 1 ? place.upstream : null };
    return { ...choice, id: choiceId(choice), ...stateOf(place), isDefault };
  });
}

function stateOf({
  loaded,
  isInstalled,
}: ModelPlace): Pick<ModelOption, 'isLoaded' | 'isInstalled'> {
  return { isLoaded: loaded !== null, isInstalled };
}

/** The model that is asked until another is chosen: the default, else the first that is there. */
export function firstChoice(options: readonly ModelOption[]): ModelOption | null {
  return (
    options.find(({ isDefault }) => isDefault) ??
    options.find(({ isInstalled }) => isInstalled !== false) ??
    null
  );
}
