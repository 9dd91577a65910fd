import { expect, test } from 'vitest';
import { parseSources } from '../../../ingest/gateway/source.ts';
import { Rejected } from '../../../warehouse/errors.ts';

test('Sources are read in order, with spaces around them allowed, and a disabled one said so', () => {
  expect(parseSources('marketplace=wk_abc, tantieme=wk_def ,old=wk_x:disabled')).toEqual([
    { source_id: 'marketplace', write_key: 'wk_abc', enabled: true },
    { source_id: 'tantieme', write_key: 'wk_def', enabled: true },
    { source_id: 'old', write_key: 'wk_x', enabled: false },
  ]);
});

test('A source says in any order that it is a webhook, how often it may send, and that it may not', () => {
  expect(parseSources('a=wk_1:rate=500,b=wk_2:webhook,c=wk_3:rate=1:disabled:webhook')).toEqual([
    { source_id: 'a', write_key: 'wk_1', enabled: true, max_requests_per_s: 500 },
    { source_id: 'b', write_key: 'wk_2', enabled: true, kind: 'webhook' },
    { source_id: 'c', write_key: 'wk_3', enabled: false, kind: 'webhook', max_requests_per_s: 1 },
  ]);
});

test.each([
  ['', 'item 1 is not name=key'],
  ['marketplace', 'item 1 is not name=key'],
  ['marketplace=', 'item 1 is not name=key'],
  ['=wk_secret', 'item 1 is not name=key'],
  ['a=wk_secret,', 'item 2 is not name=key'],
  ['a=wk_secret:off', 'item 1 is not name=key'],
  ['a=wk_secret:rate=5:rate=5', 'item 1 is not'],
  ['a=wk_secret:rate=5:rate=6', 'item 1 is not'],
  ['a=wk_secret:disabled:disabled', 'item 1 is not'],
  ['a b=wk_secret', 'item 1 is not name=key'],
  ['a=wk_1,a=wk_secret', 'the source a is named twice'],
  ['a=wk_secret,b=wk_secret:disabled', 'b has the key of another source'],
])('%j is rejected with a sentence that keeps the keys to itself', (text, sentence) => {
  const read = () => parseSources(text);
  expect(read).toThrow(Rejected);
  expect(read).toThrow(sentence);
  expect(read).not.toThrow('wk_secret');
});

test.each([
  ...['', 'off', 'rate', 'rate=', 'rate=0', 'rate=-1', 'rate=1.5', 'rate=1e3', 'rate=1000000', 'RATE=5'],
  ...['webhook:', 'rate=5:', 'wk_secret'],
])('The option %j is none, and the sentence says which there are', (option) => {
  const read = () => parseSources(`b=wk_1,a=wk_secret:${option}`);
  expect(read).toThrow(
    'The write keys cannot be read: item 2 is not name=key, or name=key with the options :disabled, :webhook and :rate=500 ' +
      '(requests a second, up to 999999), separated by commas.',
  );
});
