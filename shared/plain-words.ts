/** Validation messages for the person who wrote the value. */
import type * as v from 'valibot';

/** Words for schema types that users understand. */
const KINDS: Readonly<Record<string, string>> = {
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'an object',
};

/**
 * The message for an issue whose schema has none of its own. Pass it as `message` to a parse. The
 * text follows the name of the field and never repeats the value, which may be a secret.
 */
export function plainWords(issue: v.BaseIssue<unknown>): string {
  if (issue.kind === 'validation') return wordsOfRule(issue);
  const { expected } = issue;
  if (expected === 'never') return 'there is no such member';
  // A missing member is an issue of its object, with the member's name.
  if (issue.input === undefined || isLack(issue)) return 'is needed';
  const choices = (expected ?? '').replace(/^\((.*)\)$/, '$1').split(' | ');
  const words = choices.map((choice) => KINDS[choice] ?? choice.replace(/^"(.*)"$/, '$1'));
  if (words.some((word) => word === '' || word === 'unknown')) return 'is not valid';
  const isOneOf = choices.length > 1 && choices.every((choice) => KINDS[choice] === undefined);
  return isOneOf ? `must be one of: ${words.join(', ')}` : `must be ${words.join(' or ')}`;
}

function isLack({ type, expected, path }: v.BaseIssue<unknown>): boolean {
  const last = path?.at(-1);
  return type.endsWith('object') && expected !== 'Object' && last?.value === undefined;
}

function wordsOfRule({ type, requirement, input }: v.BaseIssue<unknown>): string {
  const limit = String(requirement);
  const parts = Array.isArray(input) ? 'entries' : 'characters';
  switch (type) {
    case 'integer':
      return 'must be a whole number';
    case 'finite':
      return 'must be a number';
    case 'min_value':
      return `must be at least ${limit}`;
    case 'max_value':
      return `must be at most ${limit}`;
    case 'min_length':
      return requirement === 1 ? 'must not be empty' : `must have at least ${limit} ${parts}`;
    case 'max_length':
      return `must have at most ${limit} ${parts}`;
    case 'iso_date':
      return 'must be a day, written as 2026-11-21';
    case 'url':
      return 'must be an address, such as http://127.0.0.1:8000';
    default:
      return 'has the wrong format';
  }
}
