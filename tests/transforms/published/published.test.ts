import { describe, expect, test } from 'vitest';
import { MARTS, tablesOf } from '../../../transforms/published/published.ts';
import { placedTables } from '../../../warehouse/published/postgres/schemas.ts';
import { isFreeText } from '../../../warehouse/vocabulary/field.ts';
import { FIELDS, type FieldName } from '../../../warehouse/vocabulary/fields.ts';

const columnsOf = (role: 'analyst' | 'finance'): string[] =>
  [...new Set(tablesOf(role).flatMap(({ columns }) => columns.map(({ name }) => name)))].sort();
const isIn = (name: string): name is FieldName => name in FIELDS;

describe('analysts', () => {
  test('see no personal column, finance sees all', () => {
    const personal = columnsOf('finance').filter((name) => isIn(name) && 'isPersonal' in FIELDS[name]);
    expect(personal).toEqual([
      'account_id_stripe',
      'changed_by',
      'correction_reason',
      'creator_name',
      'description_stripe',
      'developer_name',
      'errored_external_account_id_stripe',
      'reason',
    ]);
    expect(columnsOf('analyst').filter((name) => personal.includes(name))).toEqual([]);
    expect(
      columnsOf('finance')
        .filter((name) => !columnsOf('analyst').includes(name))
        .sort(),
    ).toEqual(expect.arrayContaining(personal));
  });

  /** Ids, words of Stripe's and of ours, and titles that the marketplace shows. Whoever adds a column decides here whether it names a person. */
  const KNOWN_TEXTS = [
    ...[
      'account_owner_id',
      'asset_title',
      'batch_id',
      'bridge_category',
      'column_name',
      'corrected_id',
      'correction_id',
    ],
    ...['country', 'exception_id', 'break_id', 'fact_id', 'flow_id', 'journal_id', 'message_id', 'other_message_id'],
    ...[
      'movement_id',
      'other_currency',
      'payout_id',
      'report_name',
      'reported_right',
      'revenue_event_id',
      'reversal_id_stripe',
    ],
    ...[
      'sale_id',
      'settled_currency',
      'source_id',
      'source_reference',
      'stripe_currency',
      'stripe_period',
      'table_name',
      'terms_id',
    ],
    ...['transfer_id_stripe', 'withholding_rule_id', 'balance_type'],
  ];

  test('see free text only in columns that were judged', () => {
    const texts = columnsOf('analyst').filter((name) => isIn(name) && isFreeText(FIELDS[name]));
    expect(texts.filter((name) => !KNOWN_TEXTS.includes(name))).toEqual([]);
  });
});

test('every mart is published to finance, and to analysts unless its key is personal', () => {
  const names = (role: 'analyst' | 'finance') => tablesOf(role).map(({ name }) => name);
  expect(names('finance')).toHaveLength(MARTS.length + 2);
  expect(names('finance').filter((name) => !names('analyst').includes(name))).toEqual([
    'quarantined_events',
    'connected_accounts',
    'connected_balances',
    'connected_payouts',
  ]);
});

test('in PostgreSQL each role reads each table once, and refers only to tables that it reads', () => {
  const placed = placedTables({ analyst: tablesOf('analyst'), finance: tablesOf('finance') });
  for (const role of ['analyst', 'finance'] as const) {
    const read = placed.filter(({ readers }) => readers.includes(role));
    expect(read.map(({ table }) => table.name).sort()).toEqual(
      tablesOf(role)
        .map(({ name }) => name)
        .sort(),
    );
    for (const { table, foreignKeys } of read) {
      const visible = foreignKeys.filter(({ schema, table: other }) =>
        read.some((each) => each.schema === schema && each.table.name === other),
      );
      expect(visible.map(({ column }) => column).sort(), table.name).toEqual(
        table.references.map(({ column }) => column).sort(),
      );
    }
  }
});
