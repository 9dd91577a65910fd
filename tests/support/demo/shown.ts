import { splitAmount } from '../../../reports/statement/format.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { decimalOf, parseDecimal } from '../../../warehouse/money.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { INES, JUN } from './cases.ts';

/** A special case and where the books show it: in the lines of a correction, in movements of sales, or as an exception. */
type Case = { readonly name: string } & (
  | { readonly corrected: string }
  | { readonly movements: readonly string[] }
  | { readonly exception: string; readonly of: string }
);

const CASES: readonly Case[] = [
  { name: 'a sale void, its bank debit returned', corrected: 'sale_demo_debit' },
  { name: 'a part of a use void', corrected: 'use_demo_loop' },
  { name: 'a refund that failed at the bank', corrected: 'ref_demo_bank' },
  { name: 'a dispute won on appeal', corrected: 'dis_demo_appeal' },
  { name: 'a balance adjusted', corrected: INES },
  { name: 'a sale of December refunded in January', movements: ['refund:ref_demo_old'] },
  { name: 'a cart: two sales, one charge', movements: ['sale:sale_demo_cart_1', 'sale:sale_demo_cart_2'] },
  { name: 'a refund that spans two sales', movements: ['refund:ref_demo_cart_1', 'refund:ref_demo_cart_2'] },
  { name: 'a sale of zero without a charge', movements: ['sale:sale_demo_free'] },
  { name: 'a charge that Stripe has converted into dollars', movements: ['sale:sale_demo_converted'] },
  { name: 'a charge of which only a part was captured', movements: ['sale:sale_demo_partial'] },
  { name: 'an asset with the title 1984-01-01', movements: ['sale:sale_demo_title'] },
  { name: 'a sale before the asset was transferred', movements: [`sale:sale_demo_given_1 ${INES}`] },
  { name: 'a sale by its new owner', movements: [`sale:sale_demo_given_2 ${JUN}`] },
  { name: 'a use after the consent was revoked', exception: 'consent_missing', of: 'asset_demo_revoked' },
  { name: 'a use after the asset was withdrawn', exception: 'asset_withdrawn', of: 'asset_demo_withdrawn' },
  { name: 'a sale whose charge Stripe did not have', exception: 'charge_missing', of: 'sale_demo_missing' },
  { name: 'a second report with another amount', exception: 'reports_differ', of: 'sale_demo_report' },
  { name: 'a second report of a use with other units', exception: 'reports_differ', of: 'asset_demo_title' },
];

/** What the books of a period have of each special case, one sentence a case. Throws `InvariantBroken` if one is not there. */
export async function casesShown(warehouse: Pick<Warehouse, 'query'>, period: string): Promise<string[]> {
  const [lines, movements, exceptions] = [
    await warehouse.query<{ corrected_id: string; amount: string }>(
      `select corrected_id, sum(line_amount_exact) as amount from tantieme.statement_lines
       where period = $1 and corrected_id is not null group by corrected_id`,
      [period],
    ),
    await warehouse.query<{ movement_id: string; creator_id: string; amount: string; earned_period: string }>(
      `select movement_id, creator_id, royalty_amount as amount, earned_period from tantieme.sale_allocations
       where period = $1 and sale_id like 'sale_demo_%'`,
      [period],
    ),
    await warehouse.query<{ exception_reason: string; asset_id: string | null; sale_id: string | null }>(
      'select exception_reason, asset_id, sale_id from tantieme.exceptions where period = $1',
      [period],
    ),
  ];
  return CASES.map((each) => {
    const found = <T>(value: T | undefined): T => requirePresent(value, `The books must show ${each.name}.`);
    if ('corrected' in each) {
      const { amount } = found(lines.find(({ corrected_id }) => corrected_id === each.corrected));
      return `${each.name}: ${euros(amount)}, proposed by one person and approved by another`;
    }
    if ('exception' in each) {
      const { exception, of } = each;
      found(
        exceptions.find((row) => row.exception_reason === exception && (row.asset_id === of || row.sale_id === of)),
      );
      return `${each.name}: ${exception}`;
    }
    const rows = each.movements.map((id) =>
      found(movements.find((row) => id === row.movement_id || id === `${row.movement_id} ${row.creator_id}`)),
    );
    const amount = decimalOf(rows.reduce((sum, row) => sum + parseDecimal(row.amount), 0n));
    return `${each.name}: ${euros(amount)}, earned in ${rows[0]?.earned_period}`;
  });
}

function euros(exact: string): string {
  const { main, tail } = splitAmount(exact, 'EUR');
  return `EUR ${main}${tail}`;
}
