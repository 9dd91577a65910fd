import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closePeriod } from '../../../../../jobs/close-period.ts';
import type { Job, Outcome, Services } from '../../../../../jobs/job.ts';
import { loadEvents } from '../../../../../jobs/load-events.ts';
import { setBankAccount } from '../../../../../jobs/payout-accounts/bank-accounts.ts';
import { approvePayouts } from '../../../../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../../../../jobs/payouts/plan-payouts.ts';
import { exportPayouts } from '../../../../../jobs/payouts/rails/bank/export-payouts.ts';
import { readBankAnswers, storeBankMessage } from '../../../../../jobs/payouts/rails/bank/read-bank-answers.ts';
import { runJob } from '../../../../../jobs/run-job.ts';
import { addTaxKey, readTaxKeys } from '../../../../../jobs/tax/key-file.ts';
import { rotateTaxKeys } from '../../../../../jobs/tax/rotate-keys.ts';
import { instant } from '../../../../../warehouse/clock.ts';
import { parsePeriod } from '../../../../../warehouse/period.ts';
import { temporaryFolder } from '../../../../warehouse/folder.ts';
import { type CreatorFixture, openAccount, recordJanuary } from '../../../january.ts';
import { openTestServices, type TestServices } from '../../../test-services.ts';

/** Ada is paid at Stripe; bea, bob and cid at banks. The platform keeps 20 %. */
export const CREATORS: readonly CreatorFixture[] = [
  { name: 'ada', currency: 'USD', sales: ['100.00'], verified: true, account: 'active' },
  { name: 'bea', currency: 'EUR', sales: ['200.00'], verified: true, account: undefined },
  { name: 'bob', currency: 'EUR', sales: ['150.00'], verified: true, account: undefined },
  { name: 'cid', currency: 'USD', sales: ['50.00'], verified: true, account: undefined },
];

/** IBANs are the examples of the registry; routing numbers those of the conformance files. */
export const ACCOUNTS: Readonly<Record<string, object>> = {
  cr_bea: { payout_rail: 'sepa', name: 'Béa Müller', iban: 'DE89 3704 0044 0532 0130 00' },
  cr_bob: { payout_rail: 'sepa', name: 'Bob de Vries', iban: 'NL91ABNA0417164300', bic: 'ABNANL2A' },
  cr_cid: {
    ...{ payout_rail: 'ach', name: 'CID ROW', holder: 'person', routing: '021000021', account: '12345678' },
    account_kind: 'checking',
  },
};

export const DEBTOR_IBAN = 'FR1420041010050500013M02606';
export const BANK_SETTINGS = {
  remittance: 'Royalties {period}',
  sepa: { name: 'Tantieme SAS', iban: DEBTOR_IBAN, bic: null, address: null, book_as_one: true },
  ach: {
    ...{ name: 'TANTIEME INC', company_id: '1234567890', entry_description: 'ROYALTY', odfi_routing: '121042882' },
    ...{ immediate_destination: '121042882', immediate_destination_name: 'FIRST BANK', immediate_origin: '1234567890' },
  },
};

export const EXPORTED = '2026-02-03T09:00:00.000Z';

/** A closed January whose creators are paid at banks but one. */
export class BankMonths implements AsyncDisposable {
  readonly harness: TestServices;
  readonly #folder: Awaited<ReturnType<typeof temporaryFolder>>;
  readonly #bankFile: string;
  readonly #taxKeys: NonNullable<Services['taxKeys']>;

  private constructor(harness: TestServices, folder: Awaited<ReturnType<typeof temporaryFolder>>) {
    this.harness = harness;
    this.#folder = folder;
    this.#bankFile = join(folder.path, 'bank.json');
    this.#taxKeys = readTaxKeys(join(folder.path, 'keys.json'));
  }

  static async open(): Promise<BankMonths> {
    const [harness, folder] = [await openTestServices(), await temporaryFolder()];
    await addTaxKey(join(folder.path, 'keys.json'));
    await writeFile(join(folder.path, 'bank.json'), JSON.stringify(BANK_SETTINGS));
    return new BankMonths(harness, folder);
  }

  /** Changes what the bank file says. */
  async configure(settings: object): Promise<void> {
    await writeFile(this.#bankFile, JSON.stringify({ ...BANK_SETTINGS, ...settings }));
  }

  get services(): Services {
    return { ...this.harness.services, bankFile: this.#bankFile, taxKeys: this.#taxKeys };
  }

  /** As `services`, with keys that run `work` before each is wrapped. */
  servicesWrapping(work: () => Promise<unknown>): Services {
    const keys = this.#taxKeys;
    const wrap: typeof keys.wrap = async (key, context) => {
      await work();
      return keys.wrap(key, context);
    };
    return {
      ...this.services,
      taxKeys: { currentKeyId: () => keys.currentKeyId(), wrap, unwrap: (...of) => keys.unwrap(...of) },
    };
  }

  get operational() {
    return this.harness.services.operational;
  }

  run(
    job: Job,
    { period, options, by = 'ada' }: { period?: string; options?: Record<string, string>; by?: string } = {},
  ): Promise<Outcome> {
    const request = { job, options, startedBy: by };
    return runJob(this.services, { ...request, period: period === undefined ? undefined : parsePeriod(period) });
  }

  /** Starts over with January closed; the accounts were recorded before. `more` creators have accounts as Cid. */
  async close(more: readonly CreatorFixture[] = []): Promise<void> {
    await this.harness.restart();
    this.harness.setTime('2026-01-20T00:00:00.000Z');
    await recordJanuary(this.harness, [...CREATORS, ...more]);
    await this.run(loadEvents);
    for (const creator of Object.keys(ACCOUNTS)) await this.setAccount(creator);
    for (const { name } of more) await this.setAccount(`cr_${name}`, ACCOUNTS.cr_cid);
    this.harness.setTime('2026-02-02T04:00:00.000Z');
    await this.run(closePeriod, { period: '2026-01' });
  }

  setAccount(creatorId: string, changes: object = {}) {
    return setBankAccount(this.services, { creatorId, account: { ...ACCOUNTS[creatorId], ...changes }, by: 'finn' });
  }

  async approve(period = '2026-01'): Promise<void> {
    for (const fixture of CREATORS) openAccount(fixture, this.harness.stripe);
    await this.run(planPayouts, { period, by: 'ada' });
    await this.run(approvePayouts, { period, by: 'ben' });
    this.harness.setTime(EXPORTED);
  }

  async export(rail: 'sepa' | 'ach', period = '2026-01'): Promise<readonly ExportedFile[]> {
    const outcome = await this.run(exportPayouts, { period, options: { rail } });
    return outcome.files as readonly ExportedFile[];
  }

  /** A new master key; the earlier ones are deleted afterwards. */
  async rotateKeys(): Promise<void> {
    const path = join(this.#folder.path, 'keys.json');
    await addTaxKey(path);
    await this.run(rotateTaxKeys);
    const { keys } = JSON.parse(await readFile(path, 'utf8')) as { keys: object[] };
    await writeFile(path, JSON.stringify({ keys: keys.slice(0, 1) }));
  }

  async answer(content: string | Uint8Array): Promise<Outcome> {
    const message = await storeBankMessage(this.services, { bytes: Buffer.from(content), by: 'finn' });
    return this.run(readBankAnswers, { options: { message } });
  }

  /** `bea: approved, intent, sent`, in the order of the creators. */
  async logs(): Promise<string[]> {
    const rows = await this.operational
      .selectFrom('payout_log as log')
      .innerJoin('payout_lines as line', 'line.payout_id', 'log.payout_id')
      .select(['line.creator_id', 'log.state'])
      .where('log.state', '<>', 'approved')
      .orderBy('line.creator_id')
      .orderBy('log.entry')
      .execute();
    const byCreator = Map.groupBy(rows, ({ creator_id }) => creator_id);
    return [...byCreator].map(([creator, some]) => `${creator.slice(3)}: ${some.map(({ state }) => state).join(', ')}`);
  }

  async referenceOf(creatorId: string): Promise<{ readonly reference: string; readonly trace: string | null }> {
    const row = await this.operational
      .selectFrom('payout_file_lines as filed')
      .innerJoin('payout_lines as line', 'line.payout_id', 'filed.payout_id')
      .select(['filed.bank_reference', 'filed.trace'])
      .where('line.creator_id', '=', creatorId)
      .orderBy('line.batch_id', 'desc')
      .executeTakeFirstOrThrow();
    return { reference: row.bank_reference, trace: row.trace };
  }

  /** The payout events so far: `Payout Sent cr_bea 160.00 sepa`. */
  async events(): Promise<string[]> {
    const rows = await this.operational
      .selectFrom('outbox')
      .select(['event', 'properties'])
      .where('event', 'in', ['Payout Sent', 'Payout Failed', 'Payout Reversed'])
      .orderBy('entry')
      .execute();
    return rows.map(({ event, properties }) => {
      const { creator_id, amount, payout_rail } = properties as Record<string, string>;
      return [event, creator_id, amount, payout_rail].filter(Boolean).join(' ');
    });
  }

  /** Of each reversal so far, whether it was reported as the rejection of a bank. */
  async rejections(): Promise<unknown[]> {
    const reversals = this.operational.selectFrom('outbox').select('properties').where('event', '=', 'Payout Reversed');
    const rows = await reversals.orderBy('entry').execute();
    return rows.map(({ properties }) => (properties as Record<string, unknown>).is_rejection);
  }

  /** What was recorded of answers, where it contains a text. */
  sentencesOf(part: string) {
    const answers = this.operational.selectFrom('payout_bank_answers').select('sentence');
    return answers.where('sentence', 'like', `%${part}%`).execute();
  }

  /** The statements in a currency as reported: what each begins with, and when it was. */
  async statementEvents(currency: string): Promise<{ opening: string | undefined; at: string }[]> {
    const rows = await this.operational
      .selectFrom('outbox')
      .select(['properties', 'occurred_at'])
      .where('event', '=', 'Bank Statement Recorded')
      .orderBy('entry')
      .execute();
    return rows
      .map(({ properties, occurred_at }) => ({ properties: properties as Record<string, string>, occurred_at }))
      .filter(({ properties }) => properties.currency === currency)
      .map(({ properties, occurred_at }) => ({
        opening: properties.statement_opening_amount,
        at: instant(Date.parse(occurred_at)),
      }));
  }

  /** When the one payout that came back did, by its event; ms since the epoch. */
  async returnedAt(): Promise<number> {
    const events = this.operational.selectFrom('outbox').select('occurred_at').where('event', '=', 'Payout Reversed');
    return Date.parse((await events.executeTakeFirstOrThrow()).occurred_at);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.harness[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}

export interface ExportedFile {
  readonly file_id: string;
  readonly order_id: string;
  readonly file_hash: string;
  readonly amount: string;
  readonly payments: number;
}
