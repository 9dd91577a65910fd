import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import type { PageApi } from './page-api.ts';

/** A list of the API. */
export interface Listed<T> {
  readonly data: readonly T[];
}

/** A page of a list, and where the next one begins. */
export interface Paged<T> extends Listed<T> {
  readonly next_cursor: string | null;
}

/** The path of a list from a cursor on; without one from the beginning. */
export function fromCursor(path: string, cursor: string | undefined): string {
  if (!cursor) return path;
  return `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
}

/** All items of a list of the API. */
export async function allOf<T>(api: PageApi, path: string): Promise<T[]> {
  const found: T[] = [];
  const whole = `${path}${path.includes('?') ? '&' : '?'}limit=1000`;
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Paged<T> = await api.get(fromCursor(whole, cursor));
    found.push(...page.data);
    cursor = page.next_cursor;
  }
  return found;
}

/** What the API answers, or undefined where it says that there is nothing yet. */
export async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Conflict || error instanceof NotFound) return undefined;
    throw error;
  }
}

/** What the API answers, or why it refuses to: where a page shows the refusal as what there is to do first. */
export async function orRefusal<T>(asked: Promise<T>): Promise<T | Rejected> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
}
