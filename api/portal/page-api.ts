import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import { Conflict, Forbidden, NotFound, Rejected, Unavailable } from '../../warehouse/errors.ts';
import type { Caller } from '../auth/caller.ts';

/** The API within this process. */
export interface PageApi {
  /** The JSON of a path below /v1. Throws the error that the API answers with, in its words. */
  get<T>(path: string): Promise<T>;
  /** The same for whatever changes something. */
  send<T>(method: 'POST' | 'DELETE' | 'PUT', path: string, body?: object): Promise<T>;
}

const CALLERS = new AsyncLocalStorage<Caller>();

/** The caller of a page that asks the API within this process; undefined for a request from outside. */
export const callerOfPage = (): Caller | undefined => CALLERS.getStore();

/** The API for a caller that a page has authenticated. `origin` is that of our pages. */
export function pageApi(app: FastifyInstance, { caller, origin }: { caller: Caller; origin: string }): PageApi {
  const request = async <T>(method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string, body?: object): Promise<T> => {
    const response = await CALLERS.run(caller, () =>
      app.inject({ method, url: `/v1${path}`, headers: { origin }, ...(body && { payload: body }) }),
    );
    if (response.statusCode < 400) return parseExact(response.body) as T;
    throw errorOf(response.statusCode, response.json<{ detail: string }>().detail);
  };
  return { get: (path) => request('GET', path), send: request };
}

/** Integers that are too large for a number are bigint. */
function parseExact(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? '')
      : value,
  );
}

function errorOf(status: number, detail: string): Error {
  if (status === 403) return new Forbidden(detail);
  if (status === 404) return new NotFound(detail);
  if (status === 409) return new Conflict(detail);
  if (status < 500) return new Rejected(detail);
  return new Unavailable(detail);
}
