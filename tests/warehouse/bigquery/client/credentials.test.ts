import { createServer } from 'node:http';
import { PassThroughClient, UserRefreshClient } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuthClient } from '../../../../warehouse/bigquery/client/api.ts';
import { Unavailable } from '../../../../warehouse/errors.ts';
import { listenLocally } from '../../../support/loopback.ts';
import { ada, sums } from '../../sums.ts';
import { type Books, openBooks } from '../books.ts';

let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.localBigQuery.stop());

/** Caches one token, like Google's clients until it expires. */
class Holder extends PassThroughClient {
  readonly #token: string;

  constructor(token: string) {
    super();
    this.#token = token;
  }

  override async getRequestHeaders(): Promise<Headers> {
    return new Headers({ authorization: `Bearer ${this.#token}` });
  }
}

test('a refused token is renewed, and the request is sent again', async () => {
  let tokens = 0;
  const warehouse = books.open({ signIn: () => new Holder(`token-${++tokens}`) });
  const before = books.localBigQuery.requests.length;
  books.localBigQuery.faults.next({ on: 'load', fault: '401' });
  books.localBigQuery.faults.next({ on: 'script', fault: '401' });
  await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
  const used = books.localBigQuery.requests.slice(before).map(({ authorization }) => authorization);
  expect(new Set(used)).toEqual(new Set(['Bearer token-1', 'Bearer token-2', 'Bearer token-3']));
  expect(books.amounts()).toEqual([1n]);
  expect(books.waits).not.toContain(500);
});

test('credentials that are refused twice are reported', async () => {
  books.localBigQuery.faults.next({ on: 'query', fault: '401', times: 2 });
  await expect(books.open().query('select 1 as x')).rejects.toThrow(
    new Unavailable(
      'BigQuery refused the credentials: Request had invalid authentication credentials. Check GOOGLE_APPLICATION_CREDENTIALS.',
    ),
  );
});

describe('a token endpoint', () => {
  interface Answer {
    readonly status: number;
    readonly body: object;
  }
  const GIVEN: Answer = { status: 200, body: { access_token: 'good', expires_in: 3600, token_type: 'Bearer' } };

  /** A token endpoint that gives these answers in turn, then repeats the last one. */
  async function endpoint(...answers: readonly Answer[]): Promise<AsyncDisposable & { signIn: () => AuthClient }> {
    let asked = 0;
    const server = createServer((_, response) => {
      const { status, body } = answers[Math.min(asked++, answers.length - 1)] ?? GIVEN;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const { url, stop } = await listenLocally(server);
    const oauth2TokenUrl = `${url}/token`;
    return {
      signIn: () =>
        new UserRefreshClient({ clientId: 'x', clientSecret: 'x', refreshToken: 'x', endpoints: { oauth2TokenUrl } }),
      [Symbol.asyncDispose]: stop,
    };
  }

  test('that fails with a transient error is asked again, also if the status is text', async () => {
    const down = { status: 503, body: { error: { code: '503', message: 'down' } } };
    // Google's client itself sends four requests.
    await using tokens = await endpoint(down, down, down, down, GIVEN);
    const before = books.waits.length;
    await expect(books.open({ signIn: tokens.signIn }).query('select 1 as x')).resolves.toEqual([{ x: 1n }]);
    expect(books.waits.slice(before)).toContain(500);
  });

  test('that refuses credentials permanently is reported', async () => {
    await using tokens = await endpoint({ status: 400, body: { error: 'invalid_grant' } });
    await expect(books.open({ signIn: tokens.signIn }).query('select 1 as x')).rejects.toThrow(
      new Unavailable('BigQuery refused the credentials: invalid_grant. Check GOOGLE_APPLICATION_CREDENTIALS.'),
    );
  });
});

test('a programming error is not treated as a transient error', async () => {
  class Broken extends PassThroughClient {
    override async getRequestHeaders(): Promise<Headers> {
      throw new TypeError('Cannot read properties of undefined');
    }
  }
  const query = books.open({ signIn: () => new Broken() }).query('select 1 as x');
  await expect(query).rejects.toThrow(new TypeError('Cannot read properties of undefined'));
});
