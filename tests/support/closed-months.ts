import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RAW_TABLES } from '../../ingest/load/raw-tables.ts';
import { STRIPE_TABLES } from '../../ingest/stripe/tables.ts';
import { LEDGER_TABLES } from '../../transforms/ledger/tables.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import type { ColumnShape, TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { Value, ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents } from '../transforms/small-month.ts';

/**
 * Closed months of released versions: their events and their ledger, with the rules of their time, one file a version. Later
 * versions must verify them. A release adds its own: `node tests/support/closed-months.ts 0.1.0`.
 */

const FOLDER = join(import.meta.dirname, '../transforms/ledger/closed-months');
const TABLES: readonly TableShape[] = [...RAW_TABLES, ...STRIPE_TABLES, ...LEDGER_TABLES];

/** What comes late to the small January: a tax form, a refund, a part of a payout that came back, one that Stripe does not have, and a sale and terms that cure what January left in suspense. */
const LATE = `
\`raw.asset_published\`
| terms_id   | asset_id  | license_type | rate | currency | splits                                      | timestamp  |
| ---------- | --------- | ------------ | ---- | -------- | ------------------------------------------- | ---------- |
| terms_late | asset_new | one_time     | 20   | EUR      | [{"creator_id":"cr_ada","share_bps":10000}] | 2026-01-01 |

\`raw.tax_status_changed\`
| creator_id | tax_form | tax_country | has_tin | treaty_country | treaty_claim | tax_valid_from_at | backup_withholding | timestamp  |
| ---------- | -------- | ----------- | ------- | -------------- | ------------ | ----------------- | ------------------ | ---------- |
| cr_ada     | w8ben    | MX          | true    | MX             | 1000         | 2026-02-03        | false              | 2026-02-03 |

\`raw.license_refunded\`
| refund_id | sale_id | amount | tax_amount | currency | refund_id_stripe | timestamp  |
| --------- | ------- | ------ | ---------- | -------- | ---------------- | ---------- |
| ref_late  | sale_1  | 1.01   | 0          | EUR      | re_late          | 2026-01-20 |

\`raw.payout_reversed\`
| reversal_id_stripe | payout_id | creator_id | payout_period | amount | currency | account_id_stripe | transfer_id_stripe | timestamp  |
| ------------------ | --------- | ---------- | ------------- | ------ | -------- | ----------------- | ------------------ | ---------- |
| trr_late           | po_1      | cr_ada     | 2025-12       | 1.21   | EUR      | acct_ada          | tr_1               | 2026-01-25 |
| trr_none           | po_1      | cr_ada     | 2025-12       | 2      | EUR      | acct_ada          | tr_1               | 2026-01-25 |

\`stripe.transfer_reversals\`
| id_stripe | transfer_id_stripe | amount_minor | currency | created_at |
| --------- | ------------------ | ------------ | -------- | ---------- |
| trr_late  | tr_1               | 121          | EUR      | 2026-01-25 |
`;
/** Tax is withheld; and a sale without terms. */
const SUSPENDED = `
\`raw.tax_settings_changed\`
| payer_country | undocumented_treatment | valid_from_at | decided_by | timestamp  |
| ------------- | ---------------------- | ------------- | ---------- | ---------- |
| US            | as_foreign             | 2026-01-15    | Fay        | 2026-01-10 |

\`raw.license_purchased\`
| sale_id  | asset_id  | developer_id | amount | tax_amount | currency | charge_id_stripe | timestamp  |
| -------- | --------- | ------------ | ------ | ---------- | -------- | ---------------- | ---------- |
| sale_new | asset_new | dev_x        | 20     | 0          | EUR      | ch_new           | 2026-01-15 |
`;

const fileOf = (version: string): string => join(FOLDER, `${version.replaceAll('.', '-')}.json`);

export function closedMonths(): readonly string[] {
  return readdirSync(FOLDER).map((file) => file.replace('.json', '').replaceAll('-', '.'));
}

/** Loads the closed months of a version into a new warehouse. */
export async function loadClosedMonths(version: string): Promise<Warehouse> {
  const tables = JSON.parse(readFileSync(fileOf(version), 'utf8')) as Record<string, ValueRow[]>;
  const warehouse = await openTestWarehouse();
  await warehouse.transaction(async (writer) => {
    for (const table of TABLES)
      await writer.append(
        table,
        (tables[table.name] ?? []).map((row) => typed(row, table)),
      );
  });
  return warehouse;
}

function typed(row: ValueRow, { columns }: TableShape): ValueRow {
  const cellOf = ({ name, type }: ColumnShape): Value => {
    const value = row[name] ?? null;
    return type === 'int64' && typeof value === 'string' ? BigInt(value) : value;
  };
  return Object.fromEntries(columns.map((column) => [column.name, cellOf(column)]));
}

async function writeClosedMonths(version: string): Promise<void> {
  const warehouse = await openTestWarehouse();
  await recordEvents(warehouse, '2026-02-01T00:00:00Z', JANUARY);
  await recordEvents(warehouse, '2026-02-01T00:00:01Z', SUSPENDED);
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await recordEvents(warehouse, '2026-02-03T00:00:00Z', LATE);
  await closeAt(warehouse, '2026-02', '2026-03-02T08:00:00Z');
  const tables: Record<string, ValueRow[]> = {};
  for (const table of TABLES) {
    const rows = await warehouse.query<ValueRow>(...selectRows(table));
    if (rows.length > 0) tables[table.name] = rows;
  }
  await warehouse.close();
  const text = JSON.stringify(tables, (_key, value) => (typeof value === 'bigint' ? String(value) : value), 1);
  writeFileSync(fileOf(version), `${text}\n`);
}

if (process.argv[1] === import.meta.filename) await writeClosedMonths(process.argv[2] ?? 'unreleased');
