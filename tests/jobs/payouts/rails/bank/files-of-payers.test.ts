import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey } from '../../../../../api/auth/key-secret.ts';
import { exportPayouts as exportCommand } from '../../../../../api/commands/bank.ts';
import { clientOver } from '../../../../../api/commands/client.ts';
import { Args, type Context } from '../../../../../api/commands/command.ts';
import { httpApi } from '../../../../../api/commands/http-client.ts';
import { buildApp } from '../../../../../api/http/app.ts';
import { creatorPayerAssigned } from '../../../../../ingest/events/tax.ts';
import { enqueueEvent } from '../../../../../ingest/outbox/enqueue-event.ts';
import { loadEvents } from '../../../../../jobs/load-events.ts';
import { readBankFile } from '../../../../../jobs/payouts/rails/bank/bank-files.ts';
import { exportPayouts } from '../../../../../jobs/payouts/rails/bank/export-payouts.ts';
import { testSignIn } from '../../../../api/test-sign-in.ts';
import { SOURCES } from '../../../../ingest/gateway/test-gateway.ts';
import { temporaryFolder } from '../../../../warehouse/folder.ts';
import { BANK_SETTINGS, BankMonths, DEBTOR_IBAN } from './bank-months.ts';

/** Bob's payer is in Ireland; Bea has the main one. */

const IBAN = 'IE29AIBK93115212345678';
const IRELAND = { sepa: { ...BANK_SETTINGS.sepa, name: 'Tantieme Ireland Ltd', iban: IBAN } };

let months: BankMonths;
beforeAll(async () => {
  months = await BankMonths.open();
  await months.close();
  await enqueueEvent(months.operational, {
    declaration: creatorPayerAssigned,
    properties: {
      ...{ creator_id: 'cr_bob', payer_id: 'ireland', payer_country: 'IE', decided_by: 'Fay' },
      valid_from_at: '2026-01-01T00:00:00.000Z',
    },
    ...{ messageId: 'assigned', occurredAt: '2025-12-01T00:00:00.000Z' },
  });
  await months.run(loadEvents);
  await months.approve();
});
afterAll(() => months[Symbol.asyncDispose]());

test('a payer without an account is named, and stops the file of no other payer', async () => {
  expect(await months.run(exportPayouts, { period: '2026-01', options: { rail: 'sepa' } })).toMatchObject({
    files: [{ file_name: 'payouts-2026-01-1-S1.xml' }],
    refused: [
      'Nothing can be paid by sepa: TANTIEME_BANK_FILE has no sepa of the payer ireland in other_payers; add it.',
    ],
  });
  expect(await months.logs()).toEqual(['bea: intent']);
});

test('the command writes the files that there are, names what is missing, and has failed', async () => {
  const ownKey = makeKey();
  await using app = buildApp({
    ...{ services: months.services, sources: SOURCES, ownKey },
    signIn: testSignIn(months.services).signIn,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const options = { progress: () => undefined, services: undefined, close: async () => undefined };
  const client = clientOver(httpApi({ url, key: ownKey.key }), options);
  await using folder = await temporaryFolder();
  const args = new Args(['2026-01'], { rail: 'sepa', out: folder.path, by: 'ada' });
  const answer = await exportCommand(args, { open: async () => client } as Context);
  expect(answer?.failure).toBe(
    'Not every payout of 2026-01 was exported. Nothing can be paid by sepa: TANTIEME_BANK_FILE has no sepa of the payer ireland in other_payers; add it.',
  );
  expect(await readdir(folder.path)).toEqual(['payouts-2026-01-1-S1.xml']);
});

test('each payer pays from its own account, by a file that names it', async () => {
  await months.configure({ other_payers: { ireland: IRELAND } });
  const files = await months.export('sepa');
  expect(files).toMatchObject([
    { file_name: 'payouts-2026-01-1-S1.xml', amount: '160.00', payments: 1 },
    { file_name: 'payouts-2026-01-1-S2-ireland.xml', amount: '120.00', payments: 1 },
  ]);
  const ibans = await Promise.all(
    files.map(
      async ({ file_id }) =>
        String((await readBankFile(months.services, file_id)).bytes).match(/(?<=<DbtrAcct>\s*<Id>\s*<IBAN>)\w+/)?.[0],
    ),
  );
  expect(ibans).toEqual([DEBTOR_IBAN, IBAN]);
});

test('a bank file in which two payers have one account, or a payer has none, is refused', async () => {
  const main = { sepa: { ...IRELAND.sepa, iban: 'FR14 2004 1010 0505 0001 3M02 606' } };
  await months.configure({ other_payers: { ireland: main, malta: {} } });
  await expect(months.setAccount('cr_bob')).rejects.toThrow(
    /other_payers\.malta\.sepa and ach: there is neither.*sepa\.iban: two payers have the same/s,
  );
});

test('a payment that its scheme refuses is named, and stops no other of the same payer', async () => {
  await months.configure({});
  const dot = { name: 'dot', currency: 'USD', sales: ['200000000.00'], verified: true, account: undefined } as const;
  await months.close([dot]);
  await months.approve();
  expect(await months.run(exportPayouts, { period: '2026-01', options: { rail: 'ach' } })).toMatchObject({
    files: [{ amount: '40.00', payments: 1 }],
    refused: [
      'The payouts to these creators are in no bank file; correct what is named, and export again:\n- creator cr_dot, amount: it is above 9999999999 minor units.',
    ],
  });
  expect(await months.logs()).toEqual(['cid: intent']);
});
