import { describe, expect, it } from 'vitest';
import { hrefOf, sectionOf, viewOf } from './route.ts';

describe('the address within the page', () => {
  it('names a view, and optionally a section of it', () => {
    expect([viewOf(hrefOf('settings')), sectionOf(hrefOf('settings'))]).toEqual(['settings', null]);
    const alerts = hrefOf('settings', 'alerts');
    expect([viewOf(alerts), sectionOf(alerts)]).toEqual(['settings', 'alerts']);
  });

  it.each(['', '#', '#/', '#/nothing', '#settings'])('is the overview where it is %j', (hash) => {
    expect([viewOf(hash), sectionOf(hash)]).toEqual(['overview', null]);
  });
});
