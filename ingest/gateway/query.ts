import type { FastifyRequest } from 'fastify';

/** A parsed query: the value of a name is a string, or a list if the name occurs more than once. */
export type Query = Readonly<Record<string, unknown>>;

export function queryOf({ query }: FastifyRequest): Query {
  return typeof query === 'object' && query !== null ? { ...query } : {};
}

/** The first value of a name, like Go's `Query().Get`; undefined if there is none. */
export function firstOf(query: Query, name: string): string | undefined {
  const values = query[name];
  const first: unknown = Array.isArray(values) ? values[0] : values;
  return typeof first === 'string' ? first : undefined;
}
