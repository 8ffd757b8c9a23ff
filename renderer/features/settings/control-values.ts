import type { Control } from './catalogue.ts';

/** The text of a value in its field. Lists of shares are percents with commas. */
export function textOf(control: Control, value: unknown): string {
  if (control.kind === 'number' && typeof value === 'number') {
    return plain(value / (control.scale ?? 1));
  }
  if (control.kind === 'percents' && Array.isArray(value)) {
    return value.map((each) => plain(Number(each) * 100)).join(', ');
  }
  return asText(value);
}

/**
 * The value of a field's text. A text that is no number stays as it is, so that the core explains what
 * is wrong. Undefined: the field is empty, which restores the default.
 */
export function valueOf(control: Control, given: string): unknown {
  const text = given.trim();
  if (control.kind === 'secret') return text === '' ? null : text;
  if (text === '') return isNullable(control) ? null : undefined;
  if (control.kind === 'percents') return text.split(',').map((each) => numberOf(each, 0.01));
  return control.kind === 'number' ? numberOf(text, control.scale ?? 1) : text;
}

function isNullable(control: Control): boolean {
  return 'nullable' in control;
}

/** True if a control edits text that is converted when it is saved. */
export function isText({ kind }: Control): boolean {
  return ['text', 'address', 'secret', 'number', 'percents'].includes(kind);
}

function numberOf(given: string, scale: number): number | string {
  const text = given.trim().replace(',', '.');
  const value = Number(text);
  // Rounding removes the noise of binary fractions, as in 29 × 0.01.
  return text === '' || Number.isNaN(value) ? given.trim() : rounded(value * scale);
}

function plain(value: number): string {
  return String(rounded(value));
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
