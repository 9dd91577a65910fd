import { join } from 'node:path';
import { sql } from 'kysely';
import type { Outcome, Services } from '../../../jobs/job.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { fileTaxForm } from '../../../jobs/tax/file-tax-form.ts';
import { addTaxKey, readTaxKeys } from '../../../jobs/tax/key-file.ts';
import type { TaxFormName } from '../../../reports/tax/words.ts';
import { builtTableOf } from '../../../transforms/engine/model.ts';
import { balances } from '../../../transforms/marts/balances.ts';
import type { Row } from '../../../warehouse/vocabulary/tables.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { openTestServices } from '../test-services.ts';

/** The creators who have signed up. */
export const CREATORS = ['cr_ada', 'cr_ben', 'cr_cleo'];

export interface TaxStore extends AsyncDisposable {
  readonly services: Services;
  /** The file with the keys. */
  readonly path: string;
  setTime(time: string): void;
  /** Starts over with no profile and with another key. */
  restart(): Promise<void>;
}

/** The services of jobs, with keys of tax profiles and a retention of four years. */
export async function openTaxStore(): Promise<TaxStore> {
  const base = await openTestServices();
  const folder = await temporaryFolder();
  let files = 0;
  const pathNow = (): string => join(folder.path, `keys-${files}.json`);
  return {
    get services() {
      return {
        ...base.services,
        taxKeys: readTaxKeys(pathNow()),
        taxOpenedBy: 'one_person' as const,
        taxRetentionYears: 4,
      };
    },
    get path() {
      return pathNow();
    },
    setTime: base.setTime,
    async restart() {
      await base.restart();
      files += 1;
      await addTaxKey(pathNow());
      await signUp(base.services);
    },
    async [Symbol.asyncDispose]() {
      await base[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function signUp({ warehouse }: Services): Promise<void> {
  const insert = 'insert into raw.creator_signed_up by name select $1 as id, $2 as creator_id, $3 as creator_name';
  await warehouse.transaction(async (writer) => {
    for (const [index, creator] of CREATORS.entries()) await writer.query(insert, [`m${index}`, creator, creator]);
  });
}

interface Filing {
  readonly year: string;
  readonly form: TaxFormName;
  readonly because?: string;
  readonly refused?: number;
  readonly accepted?: readonly string[];
}

/** Files a form as finn, by its job. */
export function fileAsFinn(services: Services, { refused, accepted, ...options }: Filing): Promise<Outcome> {
  const more = {
    ...(refused !== undefined && { refused: String(refused) }),
    ...(accepted && { accepted: JSON.stringify(accepted) }),
  };
  return runJob(services, { job: fileTaxForm, options: { ...options, ...more }, startedBy: 'finn' });
}

const asText = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner));

/** Every row of the control store, of the raw tables and of what was loaded, as text. */
export async function everythingStored({ operational, warehouse }: Services): Promise<string> {
  const { rows: own } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
  `.execute(operational);
  const loaded = await warehouse.query<{ name: string }>(
    `select schema_name || '.' || table_name as name from duckdb_tables() where schema_name in ('raw', 'landing')`,
  );
  return asText([
    await Promise.all(
      own.map(async ({ name }) => (await sql`select * from ${sql.table(name)}`.execute(operational)).rows),
    ),
    await Promise.all(loaded.map(({ name }) => warehouse.query(`select * from ${name}`))),
  ]);
}

/** Lets the creator be owed something at the end of a month. */
export async function oweIn(period: string, { warehouse }: Services, creator_id: string): Promise<void> {
  const owed: Row<typeof balances> = {
    ...{ period, creator_id, currency: 'USD', account_id_stripe: null },
    ...{
      opening_minor: 0n,
      earnings_minor: 500n,
      refunds_minor: 0n,
      adjustments_minor: 0n,
      withheld_minor: 0n,
      payouts_minor: 0n,
    },
    ...{ payout_reversals_minor: 0n, closing_minor: 500n, held_minor: 0n, paid_ahead_minor: 0n, minimum_minor: 1000n },
    ...{ payable_minor: 0n, payout_reason: 'below_minimum', carried_in_exact: '0', carried_out_exact: '0' },
  };
  await warehouse.transaction((writer) => writer.append(builtTableOf(balances), [owed]));
}
