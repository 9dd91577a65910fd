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

test.each([
  ['', 'item 1 is not name=key'],
  ['marketplace', 'item 1 is not name=key'],
  ['marketplace=', 'item 1 is not name=key'],
  ['=wk_secret', 'item 1 is not name=key'],
  ['a=wk_secret,', 'item 2 is not name=key'],
  ['a=wk_secret:off', 'item 1 is not name=key'],
  ['a b=wk_secret', 'item 1 is not name=key'],
  ['a=wk_1,a=wk_secret', 'the source a is named twice'],
  ['a=wk_secret,b=wk_secret:disabled', 'b has the key of another source'],
])('%j is rejected with a sentence that keeps the keys to itself', (text, sentence) => {
  const read = () => parseSources(text);
  expect(read).toThrow(Rejected);
  expect(read).toThrow(sentence);
  expect(read).not.toThrow('wk_secret');
});
