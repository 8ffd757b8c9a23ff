import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PAGE_NAMES, pageNameOf, partOf } from '../../shared/page-address.ts';
import { addressOfLink, linkIn } from './page-link.ts';

test.each([
  ['tokwatt://', '/'],
  ['tokwatt://overview', '/'],
  ['tokwatt://history', '/history'],
  ['TOKWATT://History/', '/history'],
  ['tokwatt://activity/123', '/activity?id=123'],
  ['tokwatt://activity/123/', '/activity?id=123'],
  ['tokwatt://models/qwen3:8b', '/models/qwen3%3A8b'],
  ['tokwatt://models/hf.co%2Fsome%2Fmodel', '/models/hf.co%2Fsome%2Fmodel'],
  ['tokwatt://clients/Open%20WebUI', '/clients/Open%20WebUI'],
  ['tokwatt://settings/alerts', '/settings/alerts'],
  ['tokwatt://alerts?rule=GPU+hot', '/alerts?rule=GPU+hot'],
  ['tokwatt://history?range=7d', '/history?range=7d'],
])('%s names %s', (link, address) => {
  expect(addressOfLink(link)).toBe(address);
});

test.each([
  'tokwatt:overview',
  'tokwatt://nothing',
  'tokwatt://history/part',
  'tokwatt://models/a/b',
  'tokwatt://models/%',
  'tokwatt://models/a%00b',
  'tokwatt://models/%0A',
  'tokwatt://activity/abc',
  'tokwatt://activity/-1',
  'tokwatt://activity/1?id=2',
  'tokwatt://settings/..',
  'tokwatt://history?range=7d&by=model',
  'tokwatt://history?by=model',
  'tokwatt://playground?model=x',
  'tokwatt://user@history',
  'tokwatt://history:80',
  'tokwatt://history#/settings',
  'https://example.org/',
  ' tokwatt://history',
  'tokwatt://history\n',
  `tokwatt://models/${'m'.repeat(1_000)}`,
])('%j names no page', (link) => {
  expect(addressOfLink(link)).toBeNull();
});

test('whatever a link holds, its address is that of a page, with one part at most', () => {
  const words = fc.oneof(
    fc.string(),
    fc.constantFrom(...PAGE_NAMES, '..', '%2e%2e', '//', '#', '?'),
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 5 }), (parts) => {
      const address = addressOfLink(`tokwatt://${parts.join('/')}`);
      if (address === null) return;
      expect(address).toMatch(/^\/(?:[a-z]+(?:\/[^/?#\s]+)?(?:\?[^?#\s]+)?)?$/);
      expect(PAGE_NAMES).toContain(pageNameOf(address));
      expect(partOf(address)).not.toBe('');
    }),
  );
});

test('the link is found among the words of a second start', () => {
  const argv = ['tokwatt', '--no-sandbox', '--original-process-start-time=1', 'tokwatt://history'];
  expect(linkIn(argv)).toBe('tokwatt://history');
  expect(linkIn(['tokwatt', '--hidden'])).toBeNull();
});
