import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assertWithin, parsePlaces, realPathWithin } from '../../../ingest/object-files/places.ts';
import { Rejected } from '../../../warehouse/errors.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

test('places are absolute folders and buckets', () => {
  expect(parsePlaces('/srv/in/, s3://events/logs/,s3://other')).toEqual(['/srv/in', 's3://events/logs', 's3://other']);
  for (const text of ['in', './in', '', '/srv,', 's3://', 's3:/x', 'https://x/y']) {
    expect(() => parsePlaces(text), text).toThrow(Rejected);
  }
});

test.each([
  ['/srv/in', true],
  ['/srv/in/a/b.json', true],
  ['/srv/in/../in/a', true],
  ['/srv/in/../out', false],
  ['/srv/in2', false],
  ['/srv', false],
  ['s3://events/logs', true],
  ['s3://events/logs/2026', true],
  ['s3://events/logs2', false],
  ['s3://events', false],
  ['s3://events/logs/../x', true],
])('%s is within: %s', (address, isWithin) => {
  const check = () => assertWithin(address, parsePlaces('/srv/in,s3://events/logs'));
  if (isWithin) check();
  else expect(check).toThrow(Rejected);
});

test('without places nothing is within', () => {
  expect(() => assertWithin('/srv/in', [])).toThrow(/no folder or bucket is released/);
});

test('a place may itself be a link, and one that is missing releases nothing', async () => {
  await using folder = await temporaryFolder();
  const path = (name: string): string => join(folder.path, name);
  await mkdir(path('real/day'), { recursive: true });
  await symlink(path('real'), path('place'));
  const toRead = await realPathWithin([path('place'), path('missing'), 's3://events']);
  expect(await toRead(path('place/day'))).toBe(path('real/day'));
  expect(await toRead(folder.path)).toBeUndefined();
});
