import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishControl } from '../../../api/boot/running-server.ts';
import { type Server, startServer } from '../../../api/boot/server.ts';
import { fillMarts, folderAndConfig, NOW } from '../test-api.ts';
import { commandLine, SETTINGS } from './command-line.ts';

let folder: string;
let server: Server;
let closeControl: () => Promise<void>;
beforeAll(async () => {
  const made = await folderAndConfig();
  folder = made.folder;
  server = await startServer(made.config, { clock: { now: () => NOW } });
  closeControl = await publishControl(folder, { url: server.url, key: server.ownKey });
  await fillMarts(server.services);
});
afterAll(async () => {
  await closeControl();
  await server.stop();
  await rm(folder, { recursive: true });
});

const corrections = (...args: string[]) =>
  commandLine(folder)(['corrections', ...args], { ...SETTINGS, TANTIEME_DATA_DIR: folder });

test('a correction is proposed by one person, listed, and approved or rejected by another', async () => {
  const bonus = ['propose', 'balance', 'cr_ada', '--amount', '12.50', '--currency', 'EUR'];
  const why = ['--reason', 'A forgotten bonus.', '--reference', 'ticket 7'];
  const proposed = await corrections(...bonus, ...why, '--by', 'Ada', '--json');
  expect(proposed).toMatchObject({ code: 0, err: '' });
  const { correction, effects } = JSON.parse(proposed.out);
  expect(effects).toEqual([{ creator_id: 'cr_ada', currency: 'EUR', amount: '12.50' }]);
  const { correction_id } = correction;
  expect((await corrections('list', '--state', 'proposed')).out).toContain(correction_id);
  const own = await corrections('approve', correction_id, '--by', 'Ada');
  expect([own.code, own.err]).toEqual([
    2,
    `Ada proposed the correction ${correction_id}; someone else must approve it.\n`,
  ]);
  expect(JSON.parse((await corrections('approve', correction_id, '--by', 'Ben', '--json')).out)).toMatchObject({
    approved: [{ correction_id, state: 'approved', proposed_by: 'Ada', decided_by: 'Ben' }],
  });
  const other = JSON.parse((await corrections(...bonus, ...why, '--by', 'Ada', '--json')).out).correction.correction_id;
  const rejected = await corrections('reject', other, '--reason', 'Paid already.', '--by', 'Ben', '--json');
  expect(JSON.parse(rejected.out)).toMatchObject({ state: 'rejected', rejection_reason: 'Paid already.' });
});
