import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../ingest/events/catalogue.ts';
import { exampleOf } from '../../../ingest/events/example.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { runHere } from './command-line.ts';

/** Without any setting: whoever sends events has no data folder. */
const check = (args: readonly string[], input?: string) => runHere(['events', ...args], () => ({}), input);

const EXAMPLES = JSON.stringify(CATALOGUE.map(exampleOf), null, 2);

test('a file whose events all land ends with 0, and one with a violation with 1 and its line', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'events.json');
  const hadData = existsSync('.data');
  await writeFile(file, EXAMPLES);
  const all = await check(['check', file, '--source-kind', 'internal', '--json']);
  expect({ ...all, out: JSON.parse(all.out) }).toMatchObject({
    code: 0,
    err: '',
    out: { landed_count: CATALOGUE.length, violations: [] },
  });
  await writeFile(file, '{"type":"track"\n{"type":"track","event":"Asset Sold","userId":"dev_1","messageId":"m1"}\n');
  const some = await check(['check', file]);
  expect(some).toMatchObject({ code: 1, err: '2 of 2 events would be quarantined, for the reasons listed above.\n' });
  expect(some.out).toMatch(/^ +1 .*It is not JSON: /m);
  expect(some.out).toMatch(/^ +2 +Asset Sold +\/event +The event "Asset Sold" is not in the catalogue\.$/m);
  expect(existsSync('.data')).toBe(hadData);
});

test('the standard input is read as -, and the kind of source counts', async () => {
  const { code, out } = await check(['check', '-', '--source-kind', 'browser'], EXAMPLES);
  expect(code).toBe(1);
  expect(out).toContain('may not send the event Payout Sent');
});

test.each([
  [['check'], /^The file is missing\.\nUsage: tantieme events check/],
  [['check', 'nowhere.json'], /^nowhere\.json cannot be read: there is no such file; correct the path/],
  [['check', '-'], /^- has no event in it\.$/m],
  [
    ['check', '-', '--source-kind', 'friend'],
    /^--source-kind must be one of server, browser, webhook, internal, not "friend"\.$/m,
  ],
  [['send', 'x'], /^send is not check\.$/m],
])('%j is wrong usage', async (args, sentence) => {
  const { code, out, err } = await check(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(sentence);
});
