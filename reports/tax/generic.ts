import { minorToDecimal } from '../../warehouse/money.ts';
import type { ExportFile } from '../render/export-files.ts';
import { type Cell, type SheetColumn, xlsxOf } from '../render/workbook.ts';
import type { QuarterAmounts } from './document.ts';
import type { RecordRules, Reported } from './filed.ts';
import type { FormYear } from './form-year.ts';
import { totalsOf } from './manifest.ts';
import type { RenderOptions } from './render-options.ts';
import { NOTICE, RULE_SET_ON } from './words.ts';

const AMOUNTS = ['credited', 'taken_back', 'fee', 'adjusted', 'withheld', 'sent', 'returned'] as const;

const text = (title: string, width: number): SheetColumn => ({ title, width });

/** The amounts of a creator and currency by quarter, as exact text. */
export type GenericPart = readonly (readonly string[])[];

export const GENERIC_RULES: RecordRules<GenericPart> = {
  isCorrectable: () => true,
  withdrawn: (content) => content,
  idOf: () => '',
};

export function reportedOnGeneric({ tax_year }: FormYear): Reported<GenericPart>[] {
  return tax_year.creators.map(({ creator_id, currency, quarters }) => ({
    ...{ creator_id, part: currency },
    content: quarters.map((quarter) => amountsOf(quarter, currency)),
  }));
}

const amountsOf = (quarter: QuarterAmounts, currency: string): string[] => [
  ...AMOUNTS.map((name) => minorToDecimal(quarter[`${name}_minor`], currency)),
  String(quarter.activity_count),
];

/** Every creator, currency and quarter of a year as a workbook, for countries whose forms are not built. Amounts are exact text. */
export function renderGeneric({ tax_year, ...year }: FormYear, { file }: Pick<RenderOptions, 'file'>): ExportFile[] {
  const rows: Cell[][] = tax_year.creators.flatMap(({ creator_id, currency, quarters }) =>
    quarters.map((quarter, index) => [
      ...[creator_id, currency, `Quarter ${index + 1}`],
      ...amountsOf(quarter, currency),
    ]),
  );
  const totals = totalsOf({ tax_year, ...year }).map(({ amount, currency, ledger }) => [amount, currency, ledger]);
  const about: Cell[][] = [
    ['Tax year', tax_year.year],
    ['Periods', `${tax_year.first_period} to ${tax_year.last_period}`],
    ['Year basis', file.year_basis],
    ['Rules as of', RULE_SET_ON],
    ['Seal', tax_year.seal],
    ['Notice', NOTICE],
  ];
  const bytes = xlsxOf({
    creator: file.payer.name,
    createdAtMs: Date.parse(tax_year.cutoff_at),
    headerColour: '0B5C5E',
    sheets: [
      { name: 'About', columns: [text('What', 16), text('Value', 90)], rows: about },
      {
        name: 'Creators',
        columns: [
          ...[text('Creator', 28), text('Currency', 10), text('Quarter', 12)],
          ...AMOUNTS.map((name) => text(name.replaceAll('_', ' '), 16)),
          text('activities', 12),
        ],
        rows,
      },
      { name: 'Totals', columns: [text('Amount', 16), text('Currency', 10), text('Ledger', 20)], rows: totals },
    ],
  });
  return [{ name: `tax-${tax_year.year}.xlsx`, bytes, row_count: rows.length }];
}
