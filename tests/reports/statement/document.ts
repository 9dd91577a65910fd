import type {
  LineKind,
  StatementDocument,
  StatementLine,
  StatementPayoutNotice,
  StatementWithholding,
} from '../../../reports/statement/document.ts';
import { explainNotice } from '../../../reports/statement/explanations.ts';
import type { Locale } from '../../../reports/statement/format.ts';
import type { IssuerDetails } from '../../../reports/statement/issuer.ts';
import { languageOf } from '../../../reports/statement/language.ts';
import { requireExponent } from '../../../warehouse/currencies.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { decimalOf, minorToDecimal } from '../../../warehouse/money.ts';

export interface LineRecipe {
  readonly kind?: LineKind;
  /** Signed, in minor units. */
  readonly minor: bigint;
  /** What the exact amount has beyond the minor unit, in units of 10⁻⁹. */
  readonly beyond?: bigint;
  readonly asset?: string;
  readonly title?: string;
  readonly license?: StatementLine['license_type'];
  readonly earned?: string;
  readonly formula?: string;
  readonly correction?: Partial<StatementLine>;
}

interface Recipe {
  readonly currency?: string;
  readonly opening?: bigint;
  readonly lines?: readonly LineRecipe[];
  /** In minor units, positive. */
  readonly payouts?: readonly bigint[];
  /** What came back of payouts, in minor units, positive. */
  readonly reversals?: readonly bigint[];
  /** What became of other payouts of 2025-12 over 12.50, with the reasons. */
  readonly notices?: readonly (readonly [StatementPayoutNotice['outcome'], string | null])[];
  /** What is withheld of tax, in minor units; without it, no tax is withheld. */
  readonly tax?: bigint;
  readonly held?: bigint;
  readonly locale?: Locale;
  readonly detailPages?: number;
  readonly issuer?: string;
  readonly issuerDetails?: IssuerDetails;
  readonly name?: string;
  readonly explanation?: string;
}

/** A statement that adds up, made from the few values that a test needs. */
export function statement(recipe: Recipe = {}): StatementDocument {
  const { currency = 'USD', opening = 0n, payouts = [], reversals = [], notices = [], held = 0n } = recipe;
  const lines = recipe.lines ?? [{ minor: 1250n }];
  const money = (minor: bigint) => minorToDecimal(minor, currency);
  const sum = (kind: LineKind) =>
    lines.filter((line) => (line.kind ?? 'earning') === kind).reduce((all, { minor }) => all + minor, 0n);
  const paid = payouts.reduce((all, minor) => all + minor, 0n);
  const booked = lines.reduce((all, { minor }) => all + minor, 0n);
  const beyond = lines.reduce((all, line) => all + (line.beyond ?? 0n), 0n);
  const back = reversals.reduce((all, minor) => all + minor, 0n);
  const closing = opening + booked - (recipe.tax ?? 0n) - paid + back;
  const payable = closing - held > 0n ? closing - held : 0n;
  const { issuer = 'Northlight Data Market', name = 'Amara Okafor' } = recipe;
  const explanation =
    payable > 0n
      ? `${money(payable)} ${currency} will be sent to your payout account within five working days.`
      : 'Nothing is paid out now, because nothing is owed at the end of the period.';
  return {
    schema_version: '1',
    statement_id: 'stmt_5f0c2a9be1d84763a0b9c1d2',
    locale: recipe.locale ?? 'en',
    detail_pages: String(recipe.detailPages ?? 20),
    issuer: { ...recipe.issuerDetails, name: issuer },
    creator: { creator_id: 'creator_0042', name, country: 'DE' },
    period: '2026-01',
    period_starts_on: '2026-01-01',
    period_ends_on: '2026-01-31',
    closed_at: '2026-02-03T08:15:30.000Z',
    currency,
    summary: {
      opening: money(opening),
      earnings: money(sum('earning')),
      refunds: money(-sum('refund')),
      adjustments: money(sum('adjustment')),
      tax_withheld: money(recipe.tax ?? 0n),
      payouts: money(paid),
      payout_reversals: money(back),
      closing: money(closing),
    },
    rounding: {
      carried_in_exact: '0',
      lines_exact: decimalOf(nanos(booked, currency) + beyond),
      lines: money(booked),
      carried_out_exact: decimalOf(beyond),
    },
    lines: lines.map((line, index) => statementLine(line, { index, currency })),
    tax: recipe.tax === undefined ? [] : [withholding(recipe.tax, currency)],
    payouts: payouts.map((minor, index) => ({
      payout_id: `payout_${sha256Hex(String(index)).slice(0, 24)}`,
      paid_period: '2025-12',
      sent_on: `2026-01-${String((index % 28) + 1).padStart(2, '0')}`,
      transfer_id_stripe: `tr_${sha256Hex(`transfer ${index}`).slice(0, 24)}`,
      amount: money(minor),
    })),
    payout_reversals: reversals.map((minor, index) => ({
      reversal_id_stripe: `trr_${sha256Hex(`reversal ${index}`).slice(0, 24)}`,
      payout_id: `payout_${sha256Hex(String(index)).slice(0, 24)}`,
      paid_period: '2025-12',
      reversed_on: `2026-01-${String((index % 28) + 1).padStart(2, '0')}`,
      transfer_id_stripe: `tr_${sha256Hex(`transfer ${index}`).slice(0, 24)}`,
      amount: money(minor),
      explanation: `Payout of December 2025 reversed: ${currency} ${money(minor)} came back to us and is owed to you again.`,
    })),
    payout_notices: notices.map(([outcome, reason], index) => {
      const isAtBank = outcome.startsWith('bank_');
      const notice = { payout_id: `po_notice_${index}`, amount: money(1250n), outcome, reason };
      const told = { creator_id: 'creator_0042', currency, occurred_at: '2026-01-20T12:00:00.000Z' };
      const about = { payout_period: isAtBank ? null : '2025-12', account_id_stripe: isAtBank ? 'acct_1' : null };
      return {
        ...{ ...notice, paid_period: about.payout_period, noticed_on: '2026-01-20' },
        explanation: explainNotice({ ...notice, ...told, ...about }, languageOf(recipe.locale ?? 'en')),
      };
    }),
    payout_decision: {
      amount: money(payable),
      held: money(held),
      reason: payable > 0n ? 'payable' : 'nothing_owed',
      explanation: recipe.explanation ?? explanation,
    },
    seal: sha256Hex('ledger of January'),
    proof: {
      format_version: '1',
      previous_seal: null,
      others_hash: sha256Hex('others'),
      blind: sha256Hex('blind'),
      paid_ahead: money(0n),
      payouts: [],
      payout_reversals: [],
      leaves: {
        balances: [sha256Hex('balance')],
        carried_fractions: [],
        statement_lines: [],
        movements: [],
        withholdings: [],
        payouts: [],
        payout_reversals: [],
      },
      path: [[], [], [], [], [sha256Hex('neighbour')]],
    },
  };
}

function withholding(minor: bigint, currency: string): StatementWithholding {
  const money = minorToDecimal(minor, currency);
  return {
    credited_on: '2026-02-01',
    payer_country: 'US',
    payee_status: 'foreign',
    status_basis: 'documented',
    withholding_rule_id: 'US-foreign',
    rate: '30 %',
    credited_exact: '100',
    taxable_exact: '100',
    withheld: money,
    withheld_of_year: money,
    not_given_back: minorToDecimal(0n, currency),
    explanation: 'Tax of the United States is withheld of royalties for use there.',
  };
}

function statementLine(recipe: LineRecipe, { index, currency }: { index: number; currency: string }): StatementLine {
  const { kind = 'earning', minor, beyond = 0n, license = 'one_time' } = recipe;
  const exact = nanos(minor, currency) + beyond;
  const [gross, fee] = [(exact * 5n) / 2n, exact / 2n];
  const amount_exact = decimalOf(exact);
  const formula = `${decimalOf(gross)} gross, less the platform's 20 % (${decimalOf(fee)}), of which your 50 % is ${amount_exact}.`;
  return {
    line_id: `line_${String(index).padStart(4, '0')}`,
    kind,
    asset_id: recipe.asset ?? `asset_${String(index).padStart(4, '0')}`,
    asset_title: recipe.title ?? `Morning light over harbour, no. ${index + 1}`,
    license_type: license,
    earned_period: recipe.earned ?? '2026-01',
    first_on: null,
    last_on: null,
    revenue_event_count: String((index % 7) + 1),
    units: license === 'metered' ? '12480' : String((index % 7) + 1),
    gross_exact: decimalOf(gross),
    platform_fee_exact: decimalOf(fee),
    platform_fee_rate: '20 %',
    share_rate: '50 %',
    amount_exact,
    amount: minorToDecimal(minor, currency),
    formula: recipe.formula ?? formula,
    terms_id: `terms_${String(index % 3)}`,
    rate: '12.5',
    correction_id: null,
    corrected_kind: null,
    corrected_id: null,
    correction_reason: null,
    movements: [],
    ...recipe.correction,
  };
}

function nanos(minor: bigint, currency: string): bigint {
  return minor * 10n ** BigInt(9 - requireExponent(currency));
}

const TITLES = [
  'Field recordings, Lagos market',
  'Handwritten recipes 1890–1920',
  'Street portraits',
  'Alpine weather notes',
  'A Grammar of Small Engines',
  'Botanical plates',
  'Oral histories of the river delta, volumes one to nine',
  'Chess problems',
  'Sea shanties',
];
const LICENSES = ['one_time', 'subscription', 'metered'] as const;

/** A month with `count` lines: mostly earnings, some of them late and some with fractions of a cent, and a few refunds. */
export function busyMonth(count: number, recipe: Recipe = {}): StatementDocument {
  const lines = Array.from({ length: count }, (_, i): LineRecipe => {
    const refund = i % 11 === 10;
    const minor = BigInt(((i * 7919) % 9000) + 120) * (refund ? -1n : 1n);
    const license = LICENSES[i % 3] ?? 'one_time';
    return {
      kind: refund ? 'refund' : i % 29 === 28 ? 'adjustment' : 'earning',
      minor,
      beyond: license === 'metered' ? BigInt((i * 104_729) % 4_000) * 1_000n : 0n,
      asset: `asset_${i % 17}`,
      title: `${TITLES[i % TITLES.length]}${i % 17 < 9 ? '' : `, part ${i % 17}`}`,
      license,
      earned: i % 13 === 5 ? '2025-12' : '2026-01',
    };
  });
  return statement({ opening: 8_420n, payouts: [8_420n], lines, ...recipe });
}
