import { invalid } from './refusal.ts';

/** Decoded parameters: `metadata[line]=7` is `{ metadata: { line: '7' } }`; a list is keyed by its indexes. */
export interface Form {
  [name: string]: string | Form;
}

// Without a prototype, so that `constructor` and `__proto__` are ordinary parameter names.
function blank(): Form {
  return Object.create(null);
}

/** Decodes a query or an `application/x-www-form-urlencoded` body with nested brackets. Refuses broken names. */
export function decodeForm(encoded: string): Form {
  const form = blank();
  for (const [name, value] of new URLSearchParams(encoded)) {
    const [, head, tail = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
    if (head === undefined) throw invalid(`Invalid parameter name: ${name}`);
    const path = tail === '' ? [head] : [head, ...tail.slice(1, -1).split('][')];
    place(form, path, value);
  }
  return form;
}

function place(form: Form, path: readonly string[], value: string): void {
  let node = form;
  path.forEach((segment, depth) => {
    const name = segment === '' ? String(Object.keys(node).length) : segment;
    if (depth === path.length - 1) {
      node[name] = value;
      return;
    }
    const inner = node[name] ?? blank();
    if (typeof inner === 'string') throw invalid(`Invalid parameter name: ${path.join('.')}`);
    node[name] = inner;
    node = inner;
  });
}

/** Throws `Refusal` for every parameter that is not among the names, as Stripe does. */
export function assertKnownParameters(form: Form, names: readonly string[]): void {
  for (const name of Object.keys(form)) {
    if (!names.includes(name)) {
      throw invalid(`Received unknown parameter: ${name}`, { code: 'parameter_unknown', param: name });
    }
  }
}

/** A parameter that is one non-empty text, or undefined if it was not sent. */
export function optionalText(form: Form, param: string): string | undefined {
  const value = form[param];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalid(`Invalid string: ${JSON.stringify(value)}`, { param });
  if (value === '') {
    throw invalid(`You passed an empty string for '${param}'.`, { code: 'parameter_invalid_empty', param });
  }
  return value;
}

export function requiredText(form: Form, param: string): string {
  const value = optionalText(form, param);
  if (value === undefined) throw invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  return value;
}

/** A whole number within bounds, or undefined if it was not sent. */
export function optionalInteger(form: Form, param: string, bounds: { min: number; max?: number }): number | undefined {
  const value = optionalText(form, param);
  if (value === undefined) return undefined;
  const code = 'parameter_invalid_integer';
  const number = Number(value);
  if (!/^-?[0-9]+$/.test(value) || !Number.isSafeInteger(number)) {
    throw invalid(`Invalid integer: ${value}`, { code, param });
  }
  if (number < bounds.min) throw invalid(`This value must be greater than or equal to ${bounds.min}.`, { code, param });
  if (bounds.max !== undefined && number > bounds.max) {
    throw invalid(`This value must be less than or equal to ${bounds.max}.`, { code, param });
  }
  return number;
}

/** Metadata within Stripe's limits (docs.stripe.com/api/metadata): 50 keys of 40 characters, values of 500. */
export function metadataOf(form: Form): Record<string, string> {
  const metadata = form.metadata ?? blank();
  if (typeof metadata === 'string') throw invalid('Invalid object', { param: 'metadata' });
  if (Object.keys(metadata).length > 50) throw invalid('Metadata can have up to 50 keys.', { param: 'metadata' });
  const entries = Object.entries(metadata).map(([key, value]): [string, string] => {
    const param = `metadata[${key}]`;
    if (typeof value !== 'string') throw invalid('Metadata values must be strings.', { param });
    if (key.length > 40) throw invalid('Metadata keys can be up to 40 characters long.', { param });
    if (value.length > 500) throw invalid('Metadata values can be up to 500 characters long.', { param });
    return [key, value];
  });
  return Object.fromEntries(entries);
}
