import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FREE_TEXTS } from '../../../ingest/load/raw-tables.ts';

test('the page on RudderStack lists the paths of all free texts for its setting jsonPaths', () => {
  const names = [...new Set([...FREE_TEXTS.values()].flat())].sort();
  expect(names).toEqual(expect.arrayContaining(['asset_title', 'charge_id_stripe', 'creator_name', 'reason']));
  const page = readFileSync(new URL('../../../ingest/switching-to-rudderstack.md', import.meta.url), 'utf8');
  expect(page.split('\n')).toContain(names.map((name) => `track.properties.${name}`).join(','));
});
