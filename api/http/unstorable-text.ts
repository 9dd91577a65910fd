import type { preValidationAsyncHookHandler } from 'fastify';
import { Rejected } from '../../warehouse/errors.ts';

/** Refuses a request with a text that PostgreSQL does not store: with a NUL character or, in JSON, with a lone surrogate. */
export const refuseUnstorableText: preValidationAsyncHookHandler = async ({ params, query, body }) => {
  const parts = [params, query, body];
  const found = hasText(parts, hasNul)
    ? 'a NUL character'
    : hasText(parts, isBroken)
      ? 'half of a character'
      : undefined;
  if (found !== undefined) {
    throw new Rejected(`The request has ${found} in its path, its query or its body; remove it.`);
  }
};

/** Whether a text in a value, or a name in it, is none that PostgreSQL stores. */
export const hasUnstorableText = (value: unknown): boolean => hasText(value, (text) => hasNul(text) || isBroken(text));

const hasNul = (text: string): boolean => text.includes('\0');
const isBroken = (text: string): boolean => !text.isWellFormed();

function hasText(value: unknown, is: (text: string) => boolean): boolean {
  if (typeof value === 'string') return is(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => is(name) || hasText(inner, is));
}
