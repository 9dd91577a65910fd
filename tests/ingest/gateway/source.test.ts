import { expect, test } from 'vitest';
import { parseSources } from '../../../ingest/gateway/source.ts';
import { Rejected } from '../../../warehouse/errors.ts';

test('Sources are parsed in order, spaces around them are allowed, and one can be disabled', () => {
  expect(parseSources('marketplace=wk_abc, tantieme=wk_def ,old=wk_x:disabled')).toEqual([
    { source_id: 'marketplace', write_key: 'wk_abc', enabled: true },
    { source_id: 'tantieme', write_key: 'wk_def', enabled: true, kind: 'internal' },
    { source_id: 'old', write_key: 'wk_x', enabled: false },
  ]);
});

test('The options for webhook, rate and disabled may be in any order', () => {
  expect(parseSources('a=wk_1:rate=500,b=wk_2:webhook,c=wk_3:rate=1:disabled:webhook')).toEqual([
    { source_id: 'a', write_key: 'wk_1', enabled: true, max_requests_per_s: 500 },
    { source_id: 'b', write_key: 'wk_2', enabled: true, kind: 'webhook' },
    { source_id: 'c', write_key: 'wk_3', enabled: false, kind: 'webhook', max_requests_per_s: 1 },
  ]);
});

test('A source has a kind, and may list all events that it sends by the names of their tables', () => {
  expect(parseSources('shop=wk_1:browser,bank=wk_2:events=payout_sent+payout_failed,own=wk_3:internal')).toEqual([
    { source_id: 'shop', write_key: 'wk_1', enabled: true, kind: 'browser' },
    { source_id: 'bank', write_key: 'wk_2', enabled: true, events: ['Payout Sent', 'Payout Failed'] },
    { source_id: 'own', write_key: 'wk_3', enabled: true, kind: 'internal' },
  ]);
});

test('A source may reserve events for itself, beside a list of all that it sends', () => {
  expect(parseSources('kyc=wk_1:alone=creator_kyc_completed,bank=wk_2:alone=payout_sent:events=payout_sent')).toEqual([
    { source_id: 'kyc', write_key: 'wk_1', enabled: true, alone: ['Creator KYC Completed'] },
    { source_id: 'bank', write_key: 'wk_2', enabled: true, alone: ['Payout Sent'], events: ['Payout Sent'] },
  ]);
});

test.each([
  ['a=wk_1:alone=payout_sent', 'a is to send payout_sent alone, but may not send it; list it in its events'],
  ['a=wk_1:alone=asset_used:events=payout_sent', 'a is to send asset_used alone, but may not send it'],
  ['a=wk_1:browser:alone=asset_used', 'a is to send asset_used alone, but may not send it'],
  ['a=wk_1:events=sale', 'a lists the event sale, which is not in the catalogue; the events are api_key_created, '],
  ['a=wk_1:browser:events=asset_used', 'its list of events must not contain asset_used: anybody can read its key'],
  ['tantieme=wk_1:browser', 'tantieme is the source of our own events; remove its kind'],
  ['tantieme=wk_1:events=payout_sent', 'tantieme is the source of our own events; remove its kind'],
  ['a=wk_1:browser:server', 'item 1 must be name=key'],
])('%j is rejected', (text, sentence) => {
  expect(() => parseSources(text)).toThrow(sentence);
});

test.each([
  ['', 'item 1 must be name=key'],
  ['marketplace', 'item 1 must be name=key'],
  ['marketplace=', 'item 1 must be name=key'],
  ['=wk_secret', 'item 1 must be name=key'],
  ['a=wk_secret,', 'item 2 must be name=key'],
  ['a=wk_secret:off', 'item 1 must be name=key'],
  ['a=wk_secret:rate=5:rate=5', 'item 1 must be'],
  ['a=wk_secret:rate=5:rate=6', 'item 1 must be'],
  ['a=wk_secret:disabled:disabled', 'item 1 must be'],
  ['a b=wk_secret', 'item 1 must be name=key'],
  ['a=wk_1,a=wk_secret', 'there are two sources named a'],
  ['a=wk_secret,b=wk_secret:disabled', 'b has the same key as another source'],
])('%j is rejected with a message that does not contain the keys', (text, sentence) => {
  const read = () => parseSources(text);
  expect(read).toThrow(Rejected);
  expect(read).toThrow(sentence);
  expect(read).not.toThrow('wk_secret');
});

test.each([
  ...['', 'off', 'rate', 'rate=', 'rate=0', 'rate=-1', 'rate=1.5', 'rate=1e3', 'rate=1000000', 'RATE=5'],
  ...['webhook:', 'rate=5:', 'events=', 'events=a+', 'events=A', 'alone=', 'kind=browser', 'wk_secret'],
])('The unknown option %j is rejected with a list of the options', (option) => {
  const read = () => parseSources(`b=wk_1,a=wk_secret:${option}`);
  expect(read).toThrow(
    'item 2 must be name=key, or name=key with the options :disabled, :server, :browser, :webhook or :internal (the kind of source), ' +
      ':events=asset_used+usage_invoiced (all that it may send), :alone=creator_kyc_completed (what no other source may send) ' +
      'and :rate=500 (requests a second, up to 999999); items are separated by commas.',
  );
});
