import { describe, expect, test } from 'vitest';
import { parseBigQueryAddress } from '../../../../warehouse/bigquery/client/address.ts';
import { Rejected } from '../../../../warehouse/errors.ts';

describe('an address', () => {
  test('names a project and a dataset, at the place where BigQuery puts what is put nowhere else', () => {
    expect(parseBigQueryAddress('bigquery://acme-prod/tantieme')).toEqual({
      project: 'acme-prod',
      dataset: 'tantieme',
      location: 'US',
      raw: undefined,
    });
  });

  test('may name a location, and the dataset that RudderStack loads, there or in another project', () => {
    const { location, raw } = parseBigQueryAddress('bigquery://acme-prod/tantieme?location=europe-west3&raw=rudder');
    expect([location, raw]).toEqual(['europe-west3', 'acme-prod.rudder']);
    expect(parseBigQueryAddress('bigquery://acme-prod/tantieme?raw=acme-data.rudder').raw).toBe('acme-data.rudder');
    expect(parseBigQueryAddress('bigquery://acme-prod/books?raw=acme-data.books_raw').raw).toBe('acme-data.books_raw');
  });

  test.each([
    ['bigquery://acme-prod', 'names no project of Google Cloud'],
    ['bigquery:acme-prod/tantieme', 'names no project of Google Cloud'],
    ['bigquery://Acme/tantieme', 'names no project of Google Cloud'],
    ['bigquery://acme-prod/', 'names no dataset of BigQuery'],
    ['bigquery://acme-prod/tanti-eme', 'names no dataset of BigQuery'],
    ['bigquery://acme-prod/tantieme?region=EU', 'has the part region, which nothing is known of'],
    ['bigquery://acme-prod/tantieme?location=EU&location=US', 'says twice what location is'],
    ['bigquery://acme-prod/tantieme?location=', 'names no location'],
    ['bigquery://acme-prod/tantieme?raw=a.b.c', 'names no dataset that RudderStack loads'],
    ...['books', 'books_raw', 'acme-prod.books_ledger', 'books_scratch'].map((raw) => [
      `bigquery://acme-prod/books?raw=${raw}`,
      `names ${raw.replace('acme-prod.', '')}, which is a dataset of the warehouse itself, as the one that RudderStack loads`,
    ]),
    ['bigquery://acme-prod/tantieme?raw=', 'names no dataset that RudderStack loads'],
  ])('%s is refused: it %s', (text, found) => {
    expect(() => parseBigQueryAddress(text)).toThrow(
      new Rejected(
        `"${text}" ${found}; write it as bigquery://<project>/<dataset>, with ?location=<location>&raw=<dataset> where they are needed.`,
      ),
    );
  });
});
