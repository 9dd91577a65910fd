import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../../ingest/stripe/csv.ts';
import { parseReport } from '../../../ingest/stripe/report-lines.ts';
import { Rejected } from '../../../warehouse/errors.ts';

const ACTIVITY = 'balance_change_from_activity.summary.1';
const short = (name: string, text: string) =>
  parseReport(name, text).map(({ bridge_line, bridge_category, currency, movement_count, fee_minor, net_minor }) =>
    [bridge_line, bridge_category, currency, movement_count, fee_minor, net_minor].join(' '),
  );

describe('a report of Stripe', () => {
  test('has the opening and closing balance, in minor units of each currency', () => {
    const text = `category,description,net_amount,currency
starting_balance,"Starting balance (2026-01-01)",100.00,usd
activity,"Balance change, from activity",-5,jpy
payouts,Payouts,-0.01,usd
ending_balance,Ending balance,90071992547409.93,usd
`;
    expect(short('balance.summary.1', text)).toEqual([
      'opening  USD   10000',
      'activity  JPY   -5',
      'payouts  USD   -1',
      'closing  USD   9007199254740993',
    ]);
  });

  test('has each category, and the sum of all', () => {
    const text =
      'reporting_category,currency,count,gross,fee,net\ncharge,eur,2,80.00,-2.92,77.08\ntotal,eur,2,80.00,-2.92,77.08\n';
    expect(short(ACTIVITY, text)).toEqual(['activity charge EUR 2 -292 7708', 'activity  EUR 2 -292 7708']);
    expect(short('ending_balance_reconciliation.summary.1', text)).toEqual([
      'closing  EUR 2 -292 7708',
      '  EUR 2 -292 7708',
    ]);
    expect(parseReport(ACTIVITY, text)[0]).toMatchObject({
      report_name: ACTIVITY,
      line_number: 2n,
      line_stripe:
        '{"reporting_category":"charge","currency":"eur","count":"2","gross":"80.00","fee":"-2.92","net":"77.08"}',
    });
  });

  test.each([
    ['fees.1', 'a,b', /^The report "fees\.1" cannot be imported; the reports are balance\.summary\.1, /],
    [
      'balance.summary.1',
      'category,net_amount\n',
      /^It is not the report balance\.summary\.1: it has no column currency\.$/,
    ],
    ['balance.summary.1', '', /it has no column category, net_amount, currency/],
    [
      'balance.summary.1',
      'category,net_amount,currency\nwindfall,1.00,usd\n',
      /^Its line 2 cannot be read: its category "windfall" is not known\.$/,
    ],
    ['balance.summary.1', 'category,net_amount,currency\nactivity,1.005,usd\n', /^Its line 2 .* not a whole number/],
    ['balance.summary.1', 'category,net_amount,currency\nactivity,"1,00",usd\n', /^Its line 2 .*not a plain decimal/],
    ['balance.summary.1', 'category,net_amount,currency\nactivity,1.00\n', /^Its line 2 .*: it has 2 fields/],
    ['balance.summary.1', 'category,net_amount,currency\nactivity,1.00,xyz\n', /^Its line 2 .*"XYZ" is not supported/],
    ['balance.summary.1', 'category,net_amount,currency\nactivity,"1.00,usd\n', /^It is no CSV: line 2 has a quote/],
  ])('%s %j is refused', (name, text, sentence) => {
    expect(() => parseReport(name, text)).toThrow(Rejected);
    expect(() => parseReport(name, text)).toThrow(sentence);
  });
});

test('CSV has quotes, line breaks in them, empty fields, a byte order mark and any line end', () => {
  expect(parseCsv('\uFEFFa,"b ""c"", d",\r\n\r\n"e\nf",,g\n,\nlast')).toEqual([
    { line: 1, fields: ['a', 'b "c", d', ''] },
    { line: 3, fields: ['e\nf', '', 'g'] },
    { line: 5, fields: ['', ''] },
    { line: 6, fields: ['last'] },
  ]);
  expect(parseCsv('a,')).toEqual([{ line: 1, fields: ['a', ''] }]);
});
