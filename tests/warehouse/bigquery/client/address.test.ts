import { describe, expect, test } from 'vitest';
import { parseBigQueryAddress } from '../../../../warehouse/bigquery/client/address.ts';
import { Rejected } from '../../../../warehouse/errors.ts';

describe('an address', () => {
  test("has a project and a dataset, in BigQuery's default location", () => {
    expect(parseBigQueryAddress('bigquery://acme-prod/tantieme')).toEqual({
      project: 'acme-prod',
      dataset: 'tantieme',
      location: 'US',
      raw: undefined,
    });
  });

  test('may have a location, and the dataset that RudderStack loads, in the same or another project', () => {
    const { location, raw } = parseBigQueryAddress('bigquery://acme-prod/tantieme?location=europe-west3&raw=rudder');
    expect([location, raw]).toEqual(['europe-west3', 'acme-prod.rudder']);
    expect(parseBigQueryAddress('bigquery://acme-prod/tantieme?raw=acme-data.rudder').raw).toBe('acme-data.rudder');
    expect(parseBigQueryAddress('bigquery://acme-prod/books?raw=acme-data.books_raw').raw).toBe('acme-data.books_raw');
  });

  test.each([
    ['bigquery://acme-prod', 'has no valid Google Cloud project'],
    ['bigquery:acme-prod/tantieme', 'has no valid Google Cloud project'],
    ['bigquery://Acme/tantieme', 'has no valid Google Cloud project'],
    ['bigquery://acme-prod/', 'has no valid BigQuery dataset'],
    ['bigquery://acme-prod/tanti-eme', 'has no valid BigQuery dataset'],
    ['bigquery://acme-prod/tantieme?region=EU', 'has the unknown parameter region'],
    ['bigquery://acme-prod/tantieme?location=EU&location=US', 'has the parameter location twice'],
    ['bigquery://acme-prod/tantieme?location=', 'has no valid location'],
    ['bigquery://acme-prod/tantieme?raw=a.b.c', 'has no valid dataset in raw='],
    ...['books', 'books_raw', 'acme-prod.books_ledger', 'books_scratch'].map((raw) => [
      `bigquery://acme-prod/books?raw=${raw}`,
      `has ${raw.replace('acme-prod.', '')} in raw=, which is a dataset of the warehouse itself, not one that RudderStack loads`,
    ]),
    ['bigquery://acme-prod/tantieme?raw=', 'has no valid dataset in raw='],
  ])('%s is refused: it %s', (text, found) => {
    expect(() => parseBigQueryAddress(text)).toThrow(
      new Rejected(
        `"${text}" ${found}; write it as bigquery://<project>/<dataset>, optionally with ?location=<location>&raw=<dataset>.`,
      ),
    );
  });
});
