import { PassThroughClient } from 'google-auth-library';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
