import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishControl } from '../../../api/boot/running-server.ts';
import { type Server, startServer } from '../../../api/boot/server.ts';
import { folderAndConfig, NOW } from '../test-api.ts';
import { commandLine, SETTINGS } from './command-line.ts';

let folder: string;
let server: Server;
let closeControl: () => Promise<void>;
beforeAll(async () => {
  const made = await folderAndConfig();
  folder = made.folder;
  server = await startServer(made.config, { clock: { now: () => NOW } });
  closeControl = await publishControl(folder, { url: server.url, key: server.ownKey });
});
afterAll(async () => {
  await closeControl();
  await server.stop();
  await rm(folder, { recursive: true });
});

const people = (...args: string[]) =>
  commandLine(folder)(['people', ...args], { ...SETTINGS, TANTIEME_DATA_DIR: folder });

test('the first administrator is invited, logs in with the link that is shown and mailed, and is removed', async () => {
  const invited = await people('invite', 'ada@example.com', '--role', 'admin', '--name', 'Ada', '--json');
  expect(invited).toMatchObject({ code: 0, err: '' });
  const { log_in_url } = JSON.parse(invited.out);
  const [mail = ''] = await readdir(join(folder, 'mail'));
  const token = new URL(log_in_url).searchParams.get('token') ?? '';
  expect((await readFile(join(folder, 'mail', mail), 'utf8')).replaceAll('=\r\n', '')).toContain(token);
  const entered = await fetch(`${server.url}/login/enter`, {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams({ token }) },
    headers: { origin: server.url },
  });
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const account = async () =>
    (await fetch(`${server.url}/account`, { redirect: 'manual', headers: { cookie } })).status;
  expect([entered.status, await account()]).toEqual([303, 200]);
  expect((await people('list')).out).toMatch(/Ada.*ada@example\.com.*admin/s);
  const revoked = await people('revoke', 'ada@example.com', '--json');
  expect([revoked.code, JSON.parse(revoked.out).roles]).toEqual([0, []]);
  expect(await account()).toBe(303);
});

test.each([
  [['invite', 'ben@example.com', '--role', 'boss'], 2, /--role must be one of creator, .*, not "boss"/],
  [['invite', 'ben', '--role', 'finance'], 2, /"ben" is not an e-mail address/],
  [['invite', 'ben@example.com', '--role', 'creator', '--creator', 'cr_none'], 2, /no loaded event of that creator/],
  [['revoke', 'nobody@example.com'], 2, /There is no person "nobody@example.com"/],
  [['forget-factor', 'nobody@example.com'], 2, /There is no person/],
] as const)('people %j ends with %i', async (args, code, message) => {
  const ended = await people(...args);
  expect([ended.code, ended.err]).toEqual([code, expect.stringMatching(message)]);
});
