import { assertKnownParameters, type Form, optionalInteger, optionalText } from './form.ts';
import type { Kind, Kinds } from './objects.ts';
import { invalid, missing } from './refusal.ts';
import type { Collection } from './store.ts';

/** A page in Stripe's form: newest first. */
export interface List<T> {
  readonly object: 'list';
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly url: string;
}

type Test = (value: number, bound: number) => boolean;
const RANGE: Readonly<Record<string, Test>> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
};

/** Parses `created=<s>` or `created[gte|gt|lt|lte]=<s>` as a filter. */
function createdTest(form: Form): (created: number) => boolean {
  const range = form.created;
  if (range === undefined) return () => true;
  if (typeof range === 'string') {
    const exact = optionalInteger(form, 'created', { min: 0 });
    return (created) => created === exact;
  }
  const tests = Object.keys(range).map((name) => {
    const test = RANGE[name];
    const bound = optionalInteger(range, name, { min: 0 });
    if (test === undefined || bound === undefined) {
      throw invalid(`Received unknown parameter: created[${name}]`, { code: 'parameter_unknown', param: 'created' });
    }
    return (created: number) => test(created, bound);
  });
  return (created) => tests.every((test) => test(created));
}

function cursor<T extends { readonly id: string }>(rows: readonly T[], form: Form, param: string): number | undefined {
  const id = optionalText(form, param);
  if (id === undefined) return undefined;
  const place = rows.findIndex((row) => row.id === id);
  if (place < 0) throw missing('object', id, param);
  return place;
}

/**
 * One page of a collection. `filters` are the fields that can be filtered by a parameter of the same name. A cursor has a
 * position in the whole order, so that objects inserted between two pages neither shift nor repeat the rest; a cursor whose
 * object was deleted is refused.
 */
export function page<K extends Kind>(
  collection: Collection<Kinds[K]>,
  form: Form,
  { filters, url }: { filters: readonly (keyof Kinds[K] & string)[]; url: string },
): List<Kinds[K]> {
  assertKnownParameters(form, ['limit', 'starting_after', 'ending_before', 'created', ...filters]);
  const limit = optionalInteger(form, 'limit', { min: 1, max: 100 }) ?? 10;
  const wasCreated = createdTest(form);
  const wanted = filters.flatMap((field) => {
    const value = optionalText(form, field);
    return value === undefined ? [] : [{ field, value }];
  });

  const newestFirst = collection.oldestFirst().reverse();
  const after = cursor(newestFirst, form, 'starting_after');
  const before = cursor(newestFirst, form, 'ending_before');
  if (after !== undefined && before !== undefined) {
    throw invalid('Received both starting_after and ending_before parameters. Please pass in only one.');
  }
  const rows = newestFirst
    .slice(after === undefined ? 0 : after + 1, before)
    .filter((row) => wasCreated(row.created) && wanted.every(({ field, value }) => row[field] === value));
  const data = before === undefined ? rows.slice(0, limit) : rows.slice(-limit);
  return { object: 'list', data, has_more: rows.length > limit, url };
}
