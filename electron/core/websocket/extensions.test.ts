import { expect, test } from 'vitest';
import { agreedForm } from './extensions.ts';

test.each([
  [[], 'plain'],
  [[''], 'plain'],
  [['permessage-deflate'], 'deflate'],
  [[' Permessage-Deflate ; client_max_window_bits="15"'], 'deflate'],
  [['permessage-deflate; server_no_context_takeover; client_max_window_bits = 12'], 'deflate'],
  [['permessage-deflate; client_no_context_takeover; server_max_window_bits=9'], 'deflate'],
  [['x-webkit-deflate-frame'], 'unknown'],
  [['permessage-deflate; shiny'], 'unknown'],
  [['permessage-deflate', 'bbf-usp-protocol'], 'unknown'],
])('messages with the agreed extensions %j are %s', (headers, form) => {
  expect(agreedForm(headers)).toBe(form);
});
