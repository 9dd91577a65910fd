import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishControl } from '../../../api/boot/running-server.ts';
import { type Server, startServer } from '../../../api/boot/server.ts';
import { type LocalStripe, startStripe } from '../../support/stripe/local-stripe.ts';
import { fillMarts, folderAndConfig, NOW } from '../test-api.ts';
import { commandLine, SETTINGS } from './command-line.ts';

let stripe: LocalStripe;
let folder: string;
let server: Server;
let closeControl: () => Promise<void>;
beforeAll(async () => {
  const clock = { now: () => NOW };
  stripe = await startStripe({ clock, apiKey: 'sk_test_local' });
  const made = await folderAndConfig({ STRIPE_API_KEY: 'sk_test_local', STRIPE_API_BASE: stripe.url });
  folder = made.folder;
  server = await startServer(made.config, { clock });
  closeControl = await publishControl(folder, { url: server.url, key: server.ownKey });
  await fillMarts(server.services);
});
afterAll(async () => {
  await closeControl();
  await server.stop();
  await stripe.stop();
  await rm(folder, { recursive: true });
});

const accounts = (...args: string[]) =>
  commandLine(folder)(['accounts', ...args], { ...SETTINGS, TANTIEME_DATA_DIR: folder });

test('an account is created by a person, linked, listed with what is due, and shown in words', async () => {
  const made = await accounts('create', 'cr_ada', '--country', 'DE', '--email', 'ada@example.com', '--by', 'Ada');
  expect(made).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^created by +Ada$/m) });
  const pages = ['--return-url', 'https://market.example', '--refresh-url', 'https://market.example/again'];
  const link = await accounts('link', 'cr_ada', ...pages);
  expect([link.code, link.out]).toEqual([0, expect.stringMatching(/^url +https:\/\/connect\.stripe\.com\/setup\//m)]);
  const listed = await accounts('list', '--incomplete');
  expect(listed.out).toMatch(
    /^cr_ada +acct_\w+ +DE +incomplete +inactive +(no|false) +4 +4 +0 +requirements\.past_due/m,
  );
  const shown = await accounts('show', 'cr_ada');
  expect(shown.out).toMatch(/^currently due +business_type, external_account, /m);
  expect(shown.out).toMatch(/^disabled because +Something that Stripe requires was not given in time/m);
  const [account] = JSON.parse((await accounts('list', '--json')).out).accounts;
  expect(account).toMatchObject({ creator_id: 'cr_ada', created_by: 'Ada', past_due: expect.any(Array) });
});

test('wrong use says what is missing', async () => {
  expect(await accounts('create', 'cr_ben')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^--country is missing/),
  });
  expect(await accounts('link', 'cr_ada')).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /^An account link cannot be made without return_url, .+ set TANTIEME_ACCOUNT_RETURN_URL\.$/m,
    ),
  });
  const again = await accounts('create', 'cr_ada', '--country', 'DE');
  expect([again.code, again.err]).toEqual([1, expect.stringMatching(/^No payout account can be created for cr_ada/)]);
});
