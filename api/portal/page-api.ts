import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import { Conflict, Forbidden, NotFound, Rejected, Unavailable } from '../../warehouse/errors.ts';
import { SECOND_FACTOR_PATH, SecondFactorNeeded } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';

/** The API within this process. */
export interface PageApi {
  /** The JSON of a path below /v1, with amounts in minor units (`*_minor`) as bigint. Throws the error that the API answers with, in its words. */
  get<T>(path: string): Promise<T>;
  /** The same for whatever changes something. */
  send<T>(method: 'POST' | 'DELETE' | 'PUT', path: string, body?: object): Promise<T>;
}

const CALLERS = new AsyncLocalStorage<Caller | undefined>();

/** The caller of a page that asks the API within this process; undefined for a request from outside. */
export const callerOfPage = (): Caller | undefined => CALLERS.getStore();

interface From {
  /** Undefined for nobody, who may ask only what is public. */
  readonly caller: Caller | undefined;
  readonly origin: string;
  readonly address: string;
}

/** The API for a caller that a page has authenticated. `origin` is that of our pages, `address` the client's, for the audit log. */
export function pageApi(app: FastifyInstance, { caller, origin, address }: From): PageApi {
  const request = async <T>(method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string, body?: object): Promise<T> => {
    const options = { method, url: `/v1${path}`, headers: { origin }, remoteAddress: address };
    // Awaited within: the request begins only then.
    const response = await CALLERS.run(
      caller,
      async () => await app.inject({ ...options, ...(body && { payload: body }) }),
    );
    if (response.statusCode < 400) return exactJson<T>(response.payload);
    throw errorOf(response.statusCode, response.json<{ detail: string }>().detail);
  };
  return { get: (path) => request('GET', path), send: request };
}

/** With the text of a number, which JSON.parse gives its reviver: an amount may be too large for a number. */
function exactJson<T>(text: string): T {
  // A reviver is called for every value, which takes ten times as long.
  if (!text.includes('_minor"')) return JSON.parse(text);
  const reviver = (name: string, value: unknown, { source }: { source: string }): unknown =>
    typeof value === 'number' && name.endsWith('_minor') ? BigInt(source) : value;
  return JSON.parse(text, reviver as (name: string, value: unknown) => unknown);
}

function errorOf(status: number, detail: string): Error {
  if (status === 403) return new (detail.includes(SECOND_FACTOR_PATH) ? SecondFactorNeeded : Forbidden)(detail);
  if (status === 404) return new NotFound(detail);
  if (status === 409) return new Conflict(detail);
  if (status < 500) return new Rejected(detail);
  return new Unavailable(detail);
}
