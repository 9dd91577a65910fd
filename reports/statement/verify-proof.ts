import { createHash } from 'node:crypto';
import type { StatementDocument } from './document.ts';

/**
 * Checks that the amounts of a statement belong to the seal of its period. It needs the statement's JSON and SHA-256, nothing else.
 * A row is written as netstrings (length in bytes, colon, bytes; `~` for null), and its hash is a leaf. The leaves of a table are a
 * part, the parts of a creator in a currency a node. A node also has a blind, so that nobody finds the rows of another node by trying.
 * Nodes are sorted into groups by the first four hex digits of the hash of their key, groups by the first three, and so on to the root
 * of all creators. Hashes are sorted before they are hashed together. All rows that no statement shows enter the seal as one hash.
 */
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const fields = (texts: readonly (string | null)[]): string =>
  texts.map((text) => (text === null ? '~' : `${Buffer.byteLength(text)}:${text}`)).join('');
const together = (hashes: readonly string[], before = ''): string => sha256(before + [...hashes].sort().join(''));

/** The currencies of ISO 4217 with other than two decimal places. */
const PLACES = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
  ...'CLF UYW'.split(' ').map((code) => [code, 4] as const),
]);
export const placesOf = (currency: string): number => PLACES.get(currency) ?? 2;
/** What is no number in the expected form gets a `?`, so that it matches no sealed row. */
const isDecimal = (text: string, places: string): boolean => new RegExp(`^-?(0|[1-9][0-9]*)${places}$`).test(text);
function minorOf(amount: string, currency: string): string {
  const places = placesOf(currency);
  return isDecimal(amount, places ? `\\.[0-9]{${places}}` : '')
    ? String(BigInt(amount.replace('.', '')))
    : `?${amount}`;
}
function ninePlaces(amount: string): string {
  const [whole, places = ''] = amount.split('.');
  return isDecimal(amount, '(\\.[0-9]{1,9})?') ? `${whole}.${places.padEnd(9, '0')}` : `?${amount}`;
}
/** A rate for display, such as `33.33 %`, as a whole number with so many decimal places of a per cent. */
function partsOf(rate: string, decimals: number): string {
  const [, whole = '', places = ''] = /^([0-9]+)(?:\.([0-9]+))? %$/.exec(rate) ?? [];
  return whole && places.length <= decimals ? String(BigInt(whole + places.padEnd(decimals, '0'))) : `?${rate}`;
}
const bpsOf = (rate: string): string => partsOf(rate, 2);
const ppmOf = (rate: string): string => partsOf(rate, 4);
/** 2026-01-03T10:00:00.000Z in microseconds since 1970. */
function microsOf(instant: string): string {
  const [, seconds = '', places = ''] = /^([0-9T:-]{19})(?:\.([0-9]{1,6}))?Z$/.exec(instant) ?? [];
  return seconds ? String(BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(places.padEnd(6, '0'))) : `?${instant}`;
}
/** A sum in billionths, or undefined if an item is no decimal. */
function sum(amounts: readonly string[]): bigint | undefined {
  const each = amounts.map((amount) => ninePlaces(amount));
  return each.some((text) => text.startsWith('?'))
    ? undefined
    : each.reduce((all, text) => all + BigInt(text.replace('.', '')), 0n);
}
const negated = (amount: string): string => (amount.startsWith('-') ? amount.slice(1) : `-${amount}`);

/** What identifies a line within a statement. */
export function lineIdOf(line: {
  kind: string;
  terms_id: string | null;
  earned_period: string;
  fee_bps: string;
  correction_id: string | null;
}): string {
  if (line.correction_id !== null) return `correction:${line.correction_id}`;
  return [line.kind, line.terms_id, line.earned_period, line.fee_bps].join(':');
}

/** The rows that the statement shows, by sealed table: what each is for a person, and its leaf. */
export function shownRows({ period, creator, currency, ...doc }: StatementDocument) {
  const { summary, rounding, proof } = doc;
  const minor = (amount: string): string => minorOf(amount, currency);
  const row = (what: string, texts: readonly (string | null)[]) => ({ what, leaf: sha256(fields(texts)) });
  const key = [period, creator.creator_id, currency];
  const carried = [rounding.carried_in_exact, rounding.carried_out_exact].map(ninePlaces);
  const figures = [
    summary.opening,
    summary.earnings,
    summary.refunds,
    summary.adjustments,
    summary.tax_withheld,
    summary.payouts,
    summary.payout_reversals,
    summary.closing,
  ];
  return {
    balances: [
      row('The balance (the summary, the amounts carried, held or paid ahead)', [
        ...['balances', ...key, ...[...figures, doc.payout_decision.held, proof.paid_ahead].map(minor), ...carried],
      ]),
    ],
    carried_fractions: [row('The carried fraction', ['carried_fractions', ...key, ...carried])],
    statement_lines: doc.lines.map((line) =>
      row(`The line ${line.line_id} of ${line.asset_id ?? 'the balance'} over ${line.amount} ${currency}`, [
        ...[line.line_id === lineIdOf({ ...line, fee_bps: bpsOf(line.platform_fee_rate) }) ? 'statement_lines' : '?'],
        ...[...key, line.kind, line.asset_id, line.license_type, line.earned_period],
        ...[line.terms_id, ninePlaces(line.rate), bpsOf(line.platform_fee_rate), bpsOf(line.share_rate)],
        ...[line.revenue_event_count, ninePlaces(line.units), ninePlaces(line.gross_exact)],
        ...[ninePlaces(line.platform_fee_exact), ninePlaces(line.amount_exact), minor(line.amount)],
        ...[line.correction_id, line.corrected_kind, line.corrected_id, line.correction_reason],
      ]),
    ),
    movements: doc.lines.flatMap((line) =>
      line.movements.map((movement) =>
        row(`The movement ${movement.movement_id} of ${movement.sale_id} over ${movement.amount_exact} ${currency}`, [
          ...['movements', ...key, line.kind, line.asset_id, line.license_type, line.earned_period, line.terms_id],
          ...[bpsOf(line.platform_fee_rate), bpsOf(line.share_rate), movement.movement_id, movement.sale_id],
          ...[microsOf(movement.occurred_at), ninePlaces(movement.gross_exact), ninePlaces(movement.amount_exact)],
        ]),
      ),
    ),
    withholdings: doc.tax.map((tax) =>
      row(`The tax withheld of what was credited on ${tax.credited_on}, ${tax.withheld} ${currency},`, [
        ...['withholdings', ...key, tax.credited_on, tax.payer_country, tax.payee_status, tax.status_basis],
        ...[tax.withholding_rule_id, ppmOf(tax.rate), ninePlaces(tax.credited_exact), ninePlaces(tax.taxable_exact)],
        ...[tax.withheld, tax.withheld_of_year, tax.not_given_back].map(minor),
      ]),
    ),
    payouts: doc.payouts.map((payout) => {
      const rest = proof.payouts.find(({ payout_id }) => payout_id === payout.payout_id);
      const isSentOn = rest?.occurred_at.slice(0, 10) === payout.sent_on;
      return row(`The payout ${payout.payout_id} over ${payout.amount} ${currency}`, [
        ...['payouts', period, payout.payout_id, creator.creator_id, payout.paid_period],
        ...[minor(payout.amount).startsWith('?') ? '?' : ninePlaces(payout.amount), currency],
        ...[rest?.account_id_stripe ?? '?', payout.transfer_id_stripe, isSentOn ? microsOf(rest.occurred_at) : '?'],
      ]);
    }),
    payout_reversals: doc.payout_reversals.map((reversal) => {
      const { reversal_id_stripe, payout_id, amount } = reversal;
      const rest = proof.payout_reversals.find((each) => each.reversal_id_stripe === reversal_id_stripe);
      const isReversedOn = rest?.occurred_at.slice(0, 10) === reversal.reversed_on;
      return row(`The reversal ${reversal_id_stripe} of the payout ${payout_id} over ${amount} ${currency}`, [
        ...['payout_reversals', period, reversal_id_stripe, payout_id, creator.creator_id, reversal.paid_period],
        ...[minor(amount).startsWith('?') ? '?' : ninePlaces(amount), currency, rest?.account_id_stripe ?? '?'],
        ...[reversal.transfer_id_stripe, isReversedOn ? microsOf(rest.occurred_at) : '?'],
      ]);
    }),
  };
}

/** How a statement is checked, by the format of its seal. */
const FORMATS: ReadonlyMap<string, (doc: StatementDocument) => string[]> = new Map([
  ['1', (doc) => [...unsealedRows(doc), ...brokenPath(doc), ...wrongSums(doc)]],
]);

export const isKnownFormat = (format: string): boolean => FORMATS.has(format);

export const unknownFormat = (period: string, format: string): string =>
  `The books of ${period} were closed in format ${format}, which this version does not know; use a newer version of Tantieme.`;

/** What is wrong with a statement, in sentences; nothing if its amounts belong to its seal. */
export function problemsOf(doc: StatementDocument): string[] {
  const check = FORMATS.get(doc.proof.format_version);
  return check ? check(doc) : [unknownFormat(doc.period, doc.proof.format_version)];
}

function unsealedRows(doc: StatementDocument): string[] {
  return Object.entries(shownRows(doc)).flatMap(([table, all]) => {
    const leaves = doc.proof.leaves[table as keyof typeof doc.proof.leaves];
    // Without earnings and without a fraction from before there is no fraction to carry.
    const shown = table === 'carried_fractions' && leaves.length === 0 ? [] : all;
    const strange = shown
      .filter(({ leaf }) => !leaves.includes(leaf))
      .map(({ what }) => `${what} does not belong to the seal.`);
    const missing = new Set(shown.map(({ leaf }) => leaf)).size !== leaves.length || shown.length !== leaves.length;
    return missing && strange.length === 0
      ? [`The number of rows of ${table} is ${leaves.length} in the proof, but ${shown.length} in the statement.`]
      : strange;
  });
}

/** The seal from the leaves and hashes of the proof. */
function brokenPath({ period, creator, currency, seal, proof }: StatementDocument): string[] {
  const { leaves, path } = proof;
  const key = fields([creator.creator_id, currency]);
  const parts = Object.entries(leaves)
    .filter(([, hashes]) => hashes.length > 0)
    .map(([table, hashes]) => together(hashes, fields(['part', table]) + key));
  const node = together(parts, fields(['node', proof.blind]) + key);
  const creators = path.reduce((hash, siblings) => together([hash, ...siblings]), node);
  const root = sha256(
    fields(['tantieme books', proof.format_version, period, proof.previous_seal, creators, proof.others_hash]),
  );
  const areHashes = [...path, ...Object.values(leaves)].flat().every((hash) => /^[0-9a-f]{64}$/.test(hash));
  return root === seal && path.length === 5 && areHashes
    ? []
    : [
        'The proof does not lead to the seal: the seal is of other books, or the creator, the currency, the period or a hash was changed.',
      ];
}

function wrongSums({
  summary,
  rounding,
  lines,
  tax,
  payouts,
  payout_reversals: reversals,
  payout_decision: decision,
  proof,
}: StatementDocument): string[] {
  const of = (kind: string): string[] => lines.filter((line) => line.kind === kind).map(({ amount }) => amount);
  const free = [summary.closing, negated(proof.paid_ahead), negated(decision.held)];
  const equal: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['The earnings of the summary do', [summary.earnings], of('earning')],
    ['The refunds of the summary do', [summary.refunds], of('refund').map(negated)],
    ['The adjustments of the summary do', [summary.adjustments], of('adjustment')],
    ['The tax withheld of the summary does', [summary.tax_withheld], tax.map(({ withheld }) => withheld)],
    ['The payouts of the summary do', [summary.payouts], payouts.map(({ amount }) => amount)],
    ['The payout reversals of the summary do', [summary.payout_reversals], reversals.map(({ amount }) => amount)],
    [
      'The closing balance does',
      [summary.closing],
      [
        ...[summary.opening, summary.earnings, negated(summary.refunds), summary.adjustments],
        ...[negated(summary.tax_withheld), negated(summary.payouts), summary.payout_reversals],
      ],
    ],
    ['The sum of the exact lines does', [rounding.lines_exact], lines.map((line) => line.amount_exact)],
    ...lines
      .filter(({ movements }) => movements.length > 0)
      .map(
        (line) =>
          [
            `The amount of the line ${line.line_id} does`,
            [line.amount_exact],
            line.movements.map((movement) => movement.amount_exact),
          ] as const,
      ),
    ['The sum of the rounded lines does', [rounding.lines], lines.map((line) => line.amount)],
    [
      'The fraction carried out does',
      [rounding.carried_out_exact],
      [rounding.carried_in_exact, rounding.lines_exact, negated(rounding.lines)],
    ],
    ['The amount payable does', [decision.amount], decision.reason === 'payable' ? free : []],
  ];
  return equal
    .filter(([, a, b]) => sum(a) !== sum(b))
    .map(([what]) => `${what} not follow from the other amounts of the statement.`);
}
