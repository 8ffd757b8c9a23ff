import { expect, it } from 'vitest';
import { FIGURE_NAMES, figureOf } from '../../../shared/alert-figures.ts';
import { sentences as de } from '../../../shared/messages/de/sentences.ts';
import { inEnglish, sentence, textOf } from '../../../shared/sentences.ts';

it('has the title of each figure in its sentences', () => {
  for (const name of FIGURE_NAMES) {
    const title = sentence(`figure_${name}`);
    expect(inEnglish(title)).toBe(figureOf(name).title);
    expect(textOf(title, de)).not.toBeNull();
  }
});
