import { Forbidden, messageOf, NotFound, Rejected, Unavailable } from '../../../warehouse/errors.ts';

/** Metabase's REST API with an API key of the group of administrators. */
export interface MetabaseApi {
  /** Throws `Rejected` for what Metabase refuses, `Forbidden` for a key that may not do it, `Unavailable` if Metabase cannot be reached. */
  request<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T>;
}

/** How much is shown of what Metabase answers to a request that it refuses. */
const MOST_CHARACTERS = 500;
const TIMEOUT_MS = 60_000;

export function metabaseApi({ url, key }: { readonly url: string; readonly key: string }): MetabaseApi {
  return {
    async request<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T> {
      const address = new URL(`api${path}`, url.endsWith('/') ? url : `${url}/`);
      const options = {
        method,
        headers: { 'x-api-key': key, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      };
      const response = await fetch(address, options).catch((error: unknown) => {
        throw new Unavailable(`Metabase at ${url} cannot be reached: ${messageOf(error)}.`, { cause: error });
      });
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as T;
      throw refusalOf(response.status, `${method} ${address.pathname}`, text.slice(0, MOST_CHARACTERS));
    },
  };
}

function refusalOf(status: number, what: string, text: string): Error {
  if (status === 401 || status === 403) {
    return new Forbidden(
      `Metabase refuses ${what} (${status}); give the API key of the group Administrators, which may create collections and allow embedding.`,
    );
  }
  const sentence = `Metabase refuses ${what} (${status}): ${text}`;
  if (status === 404) return new NotFound(sentence);
  return status >= 500 ? new Unavailable(sentence) : new Rejected(sentence);
}
