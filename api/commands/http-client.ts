import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Conflict, InvariantBroken, messageOf, NotFound, Rejected, Unavailable } from '../../warehouse/errors.ts';

/** Our own API, as the command line uses it. */
export interface Api {
  /** Returns the body of the response. Throws one of the project's four errors, by the status of the response. */
  request(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Buffer>;
  /** GET, or POST with a body; the body of the response in pieces. Throws the same errors, and `Unavailable` if the server breaks off. */
  download(path: string, body?: object): AsyncIterable<Uint8Array>;
}

/** The API over HTTP, without a timeout, because closing a period may take long. */
export function httpApi({ url, key }: { url: string; key: string }): Api {
  return {
    async request(method, path, body) {
      const response = await send(new URL(path, url), { method, key, body });
      const bytes = await buffer(response);
      if (isDone(response)) return bytes;
      throw errorOf(response.statusCode ?? 0, detailOf(bytes));
    },
    async *download(path, body) {
      const response = await send(new URL(path, url), { method: body ? 'POST' : 'GET', key, body });
      if (!isDone(response)) throw errorOf(response.statusCode ?? 0, detailOf(await buffer(response)));
      try {
        for await (const piece of response) yield piece as Uint8Array;
      } catch (error) {
        throw new Unavailable(
          `The answer of the server ended too early: ${messageOf(error)}; its log says why. Try again.`,
        );
      }
    },
  };
}

const isDone = ({ statusCode = 0 }: IncomingMessage): boolean => statusCode >= 200 && statusCode < 300;

function send(
  url: URL,
  { method, key, body }: { method: string; key: string; body: object | undefined },
): Promise<IncomingMessage> {
  const text = body && JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, ...(text && { 'content-type': 'application/json' }) };
    request(url, { method, headers, agent: false }, resolve)
      .on('error', (error) =>
        reject(
          new Unavailable(
            `The server at ${url.origin} cannot be reached: ${messageOf(error)}; check that it runs, and try again.`,
          ),
        ),
      )
      .end(text);
  });
}

function errorOf(status: number, detail: string): Error {
  if (status === 404) return new NotFound(detail);
  if (status === 409) return new Conflict(detail);
  if (status === 503) return new Unavailable(detail);
  return status < 500 ? new Rejected(detail) : new InvariantBroken(detail);
}

function detailOf(bytes: Buffer): string {
  try {
    return (JSON.parse(bytes.toString()) as { detail: string }).detail;
  } catch {
    return 'The request failed: the server sent an error that is not in the format of Tantieme; check that the URL is right.';
  }
}
