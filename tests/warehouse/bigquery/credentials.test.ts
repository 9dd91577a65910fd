import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThroughClient, UserRefreshClient, type UserRefreshClientOptions } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Unavailable } from '../../../warehouse/errors.ts';
import { ada, type Books, openBooks, sums } from './books.ts';

let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.standIn.stop());

/** Holds one token from its first request to its last, as Google's clients do while they think that it is good. */
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

test('a token that is no longer taken is renewed, and the request asked again', async () => {
  let tokens = 0;
  const warehouse = books.open({ signIn: () => new Holder(`token-${++tokens}`) });
  const before = books.standIn.requests.length;
  books.standIn.faults.next({ on: 'load', fault: '401' });
  books.standIn.faults.next({ on: 'script', fault: '401' });
  await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
  const used = books.standIn.requests.slice(before).map(({ authorization }) => authorization);
  expect(new Set(used)).toEqual(new Set(['Bearer token-1', 'Bearer token-2', 'Bearer token-3']));
  expect(books.amounts()).toEqual([1n]);
  expect(books.waits).not.toContain(500);
});

test('credentials that are not taken twice are told of', async () => {
  books.standIn.faults.next({ on: 'query', fault: '401', times: 2 });
  await expect(books.open().query('select 1 as x')).rejects.toThrow(
    new Unavailable('BigQuery does not take the credentials: Request had invalid authentication credentials.'),
  );
});

describe('whoever gives out tokens', () => {
  let status: number;
  let asked: number;
  const server = createServer((_request, response) => {
    asked += 1;
    const body = JSON.stringify({ error: 'invalid_grant', error_description: 'Bad Request' });
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  });
  afterAll(() => void server.close());

  const refreshing = () =>
    books.open({
      signIn: () =>
        new UserRefreshClient({
          clientId: 'x',
          clientSecret: 'x',
          refreshToken: 'x',
          endpoints: { oauth2TokenUrl: url },
        } as UserRefreshClientOptions),
    });

  test.each([400, 401, 403])('and refuses with %i is told of as that', async (refused) => {
    [status, asked] = [refused, 0];
    const reading = refreshing().query('select 1 as x');
    await expect(reading).rejects.toThrow(Unavailable);
    await expect(reading).rejects.toThrow(/^BigQuery does not take the credentials: .*invalid_grant\.$/);
    // Once more with credentials made anew.
    expect(asked).toBe(2);
  });
});
