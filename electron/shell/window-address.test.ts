import { expect, it } from 'vitest';
import { showsPage, withAddress } from './window-address.ts';

it('puts an address into the hash of the page', () => {
  expect(withAddress('app://tokwatt/', '/alerts?rule=x')).toBe('app://tokwatt/#/alerts?rule=x');
  expect(withAddress('app://tokwatt/', null)).toBe('app://tokwatt/');
});

it.each([
  ['app://tokwatt/#/alerts', true],
  ['app://tokwatt/#/alerts?rule=y&history=insights', true],
  ['app://tokwatt/#/alerts/part', false],
  ['app://tokwatt/#/history?q=/alerts', false],
  ['app://tokwatt/#/', false],
  ['app://tokwatt/', false],
])('knows from %s whether the page of alerts is shown: %s', (url, shown) => {
  expect(showsPage(url, '/alerts?rule=x')).toBe(shown);
});
