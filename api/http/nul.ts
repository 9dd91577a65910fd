import type { preValidationAsyncHookHandler } from 'fastify';
import { Rejected } from '../../warehouse/errors.ts';

/** Refuses a request with a NUL character in a text: PostgreSQL stores none, and no name or id has one. */
export const refuseNul: preValidationAsyncHookHandler = async ({ params, query, body }) => {
  if (hasNul([params, query, body])) {
    throw new Rejected('The request has a NUL character in its path, its query or its body; remove it.');
  }
};

/** Whether a text in a value, or a name in it, has a NUL character. */
export function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => name.includes('\0') || hasNul(inner));
}
