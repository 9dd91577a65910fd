import type { FastifyRequest } from 'fastify';

/** A parsed query: a name that comes once has a text, one that comes again has a list. */
export type Query = Readonly<Record<string, unknown>>;

export function queryOf({ query }: FastifyRequest): Query {
  return typeof query === 'object' && query !== null ? { ...query } : {};
}

/** The first value of a name, as Go's `Query().Get` gives it; undefined if there is none. */
export function firstOf(query: Query, name: string): string | undefined {
  const values = query[name];
  const first: unknown = Array.isArray(values) ? values[0] : values;
  return typeof first === 'string' ? first : undefined;
}
