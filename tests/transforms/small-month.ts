import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { build } from '../../transforms/engine/build.ts';
import { deploy } from '../../transforms/engine/deploy.ts';
import type { Model } from '../../transforms/engine/model.ts';
import { closeBooks } from '../../transforms/ledger/close.ts';
import { MODELS } from '../../transforms/models.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { freshWarehouse } from '../jobs/fresh-warehouse.ts';
import { FULL_RUN } from '../support/full-run.ts';
import { givenTables } from '../support/scenarios.ts';

/** A small month with events of nearly every kind and with Stripe's records of them. */
export const JANUARY = `
\`raw.asset_published\`
| terms_id    | asset_id   | creator_id | license_type | rate  | currency | splits                                                                                                                       | timestamp  |
| ----------- | ---------- | ---------- | ------------ | ----- | -------- | ---------------------------------------------------------------------------------------------------------------------------- | ---------- |
| terms_song  | asset_song | cr_ada     | one_time     | 50    | EUR      | [{"creator_id":"cr_ada","share_bps":6000},{"creator_id":"cr_ben","share_bps":4000}]                                          | 2026-01-01 |
| terms_text  | asset_text | cr_ada     | metered      | 0.001 | USD      | [{"creator_id":"cr_ada","share_bps":3333},{"creator_id":"cr_ben","share_bps":3333},{"creator_id":"cr_cai","share_bps":3334}] | 2026-01-01 |
| terms_manga | asset_mang | cr_cai     | subscription | 980   | JPY      | [{"creator_id":"cr_cai","share_bps":10000}]                                                                                  | 2026-01-01 |

\`raw.license_purchased\`
| sale_id | asset_id   | developer_id | amount | tax_amount | currency | charge_id_stripe | timestamp  |
| ------- | ---------- | ------------ | ------ | ---------- | -------- | ---------------- | ---------- |
| sale_1  | asset_song | dev_x        | 50     | 10         | EUR      | ch_1             | 2026-01-10 |
| sale_2  | asset_song | dev_y        | 50     | 10         | EUR      | ch_2             | 2026-01-11 |
| sale_3  | asset_song | dev_y        | 50     | 10         | EUR      | ch_3             | 2026-01-12 |

\`raw.subscription_started\`
| sale_id | asset_id   | developer_id | amount | tax_amount | currency | charge_id_stripe | timestamp  |
| ------- | ---------- | ------------ | ------ | ---------- | -------- | ---------------- | ---------- |
| sale_4  | asset_mang | dev_x        | 980    | 98         | JPY      | ch_4             | 2026-01-13 |

\`raw.asset_used\`
| use_id | asset_id   | developer_id | units | timestamp  |
| ------ | ---------- | ------------ | ----- | ---------- |
| use_1  | asset_text | dev_x        | 1     | 2026-01-14 |
| use_2  | asset_text | dev_x        | 12345 | 2026-01-15 |

\`raw.license_refunded\`
| refund_id | sale_id | amount | tax_amount | currency | refund_id_stripe | timestamp  |
| --------- | ------- | ------ | ---------- | -------- | ---------------- | ---------- |
| ref_1     | sale_1  | 12.34  | 2.47       | EUR      | re_1             | 2026-01-20 |

\`raw.dispute_opened\`
| dispute_id | sale_id | amount | tax_amount | currency | dispute_id_stripe | timestamp  |
| ---------- | ------- | ------ | ---------- | -------- | ----------------- | ---------- |
| dis_2      | sale_2  | 50     | 10         | EUR      | dp_2              | 2026-01-21 |
| dis_3      | sale_3  | 50     | 10         | EUR      | dp_3              | 2026-01-22 |

\`raw.dispute_closed\`
| dispute_id | sale_id | dispute_outcome | timestamp  |
| ---------- | ------- | --------------- | ---------- |
| dis_2      | sale_2  | lost            | 2026-01-30 |

\`raw.usage_invoiced\`
| invoice_id | developer_id | usage_period | amount | tax_amount | currency | charge_id_stripe | timestamp  |
| ---------- | ------------ | ------------ | ------ | ---------- | -------- | ---------------- | ---------- |
| inv_1      | dev_x        | 2026-01      | 12.35  | 0          | USD      | ch_5             | 2026-01-31 |

\`raw.creator_kyc_completed\`
| creator_id | kyc_status | timestamp  |
| ---------- | ---------- | ---------- |
| cr_ada     | verified   | 2026-01-02 |

\`raw.creator_payout_account_updated\`
| creator_id | account_id_stripe | account_status | timestamp  |
| ---------- | ----------------- | -------------- | ---------- |
| cr_ada     | acct_ada          | active         | 2026-01-02 |

\`raw.creator_signed_up\`
| creator_id | creator_name | country | timestamp  |
| ---------- | ------------ | ------- | ---------- |
| cr_ada     | Ada          | GB      | 2026-01-02 |

\`raw.asset_uploaded\`
| asset_id   | creator_id | asset_title | timestamp  |
| ---------- | ---------- | ----------- | ---------- |
| asset_song | cr_ada     | Song        | 2026-01-02 |

\`raw.consent_granted\`
| consent_receipt_id | asset_id   | creator_id | usage_right | timestamp  |
| ------------------ | ---------- | ---------- | ----------- | ---------- |
| consent_1          | asset_song | cr_ada     | ai-train    | 2026-01-01 |

\`raw.payout_sent\`
| payout_id | creator_id | payout_period | amount | currency | account_id_stripe | transfer_id_stripe | timestamp  |
| --------- | ---------- | ------------- | ------ | -------- | ----------------- | ------------------ | ---------- |
| po_1      | cr_ada     | 2025-12       | 3.21   | EUR      | acct_ada          | tr_1               | 2026-01-03 |

\`stripe.balance_transactions\`
| id_stripe | source_id_stripe | reporting_category | balance_transaction_type | balance_type | amount_minor | fee_minor | fee_tax_minor | net_minor | currency | status_stripe | available_at | created_at |
| --------- | ---------------- | ------------------ | ------------------------ | ------------ | ------------ | --------- | ------------- | --------- | -------- | ------------- | ------------ | ---------- |
| txn_1     | ch_1             | charge             | charge                   | payments     | 6000         | 204       | 0             | 5796      | EUR      | available     | 2026-01-12   | 2026-01-10 |
| txn_2     | ch_2             | charge             | charge                   | payments     | 6001         | 204       | 0             | 5797      | EUR      | available     | 2026-01-13   | 2026-01-11 |
| txn_3     | tr_1             | transfer           | transfer                 | payments     | -321         | 0         | 0             | -321      | EUR      | available     | 2026-01-03   | 2026-01-03 |

\`stripe.charges\`
| id_stripe | amount_minor | captured_minor | refunded_minor | currency | status_stripe | is_disputed | created_at |
| --------- | ------------ | -------------- | -------------- | -------- | ------------- | ----------- | ---------- |
| ch_1      | 6000         | 6000           | 0              | EUR      | succeeded     | false       | 2026-01-10 |
| ch_2      | 6001         | 6001           | 0              | EUR      | succeeded     | true        | 2026-01-11 |
| ch_3      | 6000         | 6000           | 0              | EUR      | succeeded     | true        | 2026-01-12 |

\`stripe.charge_coverage\`
| covered_from_at | covered_until_at |
| --------------- | ---------------- |
| 2025-12-01      | 2026-01-31       |

\`stripe.transfers\`
| id_stripe | amount_minor | reversed_minor | currency | destination_account_id_stripe | transfer_group     | created_at |
| --------- | ------------ | -------------- | -------- | ----------------------------- | ------------------ | ---------- |
| tr_1      | 321          | 0              | EUR      | acct_ada                      | batch_2025-12:po_1 | 2026-01-03 |

\`landing.messages\`
| message_id | message_hash | source_id | segment_id | outcome     | loaded_at  |
| ---------- | ------------ | --------- | ---------- | ----------- | ---------- |
| msg_odd    | ab12         | shop      | segment_1  | quarantined | 2026-01-20 |

\`landing.quarantined_events\`
| message_id | source_id | is_from_browser | is_about_money | event          | violation       | violation_path | reason                             | message | received_at | loaded_at  |
| ---------- | --------- | --------------- | -------------- | -------------- | --------------- | -------------- | ---------------------------------- | ------- | ----------- | ---------- |
| msg_odd    | shop      | false           | false          | License Gifted | Unplanned-Event | /event         | The event is not in the catalogue. | {}      | 2026-01-20  | 2026-01-20 |
`;

/** An empty warehouse with all tables and views: the given one, or one of those in memory that the files of a worker share. */
export async function openTestWarehouse(given?: Warehouse): Promise<Warehouse> {
  if (given) {
    await deploy(given, SOURCE_TABLES);
    return given;
  }
  return closable(await freshWarehouse());
}

/** One that plans as in production in a full run: for tests that compare books with a calculation of their own, or look at plans. */
export async function openThoroughWarehouse(): Promise<Warehouse> {
  return closable(await freshWarehouse({ isThorough: FULL_RUN }));
}

function closable(fresh: Awaited<ReturnType<typeof freshWarehouse>>): Warehouse {
  return { ...fresh.warehouse, close: async () => fresh[Symbol.asyncDispose]() };
}

/** Raw events as `recordEvents` takes them: the names of the columns with spaces between, and rows of cells with bars between. */
export function eventTable(name: string, columns: string, rows: readonly string[]): string {
  const names = columns.split(' ');
  const lines = [names.join(' | '), names.map(() => '---').join(' | '), ...rows].map((cells) => `| ${cells} |`);
  return rows.length === 0 ? '' : `\n\`raw.${name}\`\n${lines.join('\n')}\n`;
}

/** Writes the tables of the text as one load of events and one pull from Stripe, recorded at the instant `at`. */
export async function recordEvents(warehouse: Warehouse, at: string, text: string): Promise<void> {
  await warehouse.transaction(async (writer) => {
    for (const { shape, rows } of givenTables(text)) {
      const recorded = rows.map((row, index) => {
        if (shape.name.startsWith('landing.')) return row;
        if (shape.name.startsWith('stripe.')) return pulledRow(shape, row, at);
        return { ...row, id: row.id ?? `${at} ${shape.name} ${index}`, loaded_at: at };
      });
      await writer.append(shape, recorded);
    }
  });
}

function pulledRow({ columns }: TableShape, row: ValueRow, at: string): ValueRow {
  const of = { pulled_at: at, recorded_at: at, object_stripe: '{}' };
  return Object.fromEntries(columns.map(({ name }) => [name, of[name as keyof typeof of] ?? row[name] ?? null]));
}

/** Runs `work` with other models in place of the project's, and restores these afterwards. */
export async function withModels<T>(models: readonly Model[], work: () => Promise<T>): Promise<T> {
  // The list is read-only everywhere else.
  const all = MODELS as Model[];
  const original = all.splice(0, all.length, ...models);
  try {
    return await work();
  } finally {
    all.splice(0, all.length, ...original);
  }
}

/** The secret of a closing, by its month: the same on every engine and in every run. */
export const secretOf = (month: string): string => sha256Hex(`secret of ${month}`);

/** Builds the books of a period and closes it. */
export async function closeAt(
  warehouse: Warehouse,
  month: string,
  cutoffAt: string,
  secret = secretOf(month),
): Promise<void> {
  const period = parsePeriod(month);
  await warehouse.transaction(async (writer) => {
    await build(writer, period, { parts: ['books'], closing: true, into: 'ledger' });
    await closeBooks(writer, { period, cutoffAt, closedBy: 'Ada', secret });
  });
}
