import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { languageOf } from '../../../reports/statement/language.ts';
import { DEFAULT_SETTINGS } from '../../../reports/statement/settings.ts';
import { noticeColumns } from '../../../reports/statement/sheets.ts';
import { placesOf, problemsOf } from '../../../reports/statement/verify-proof.ts';
import { CURRENCIES, requireExponent } from '../../../warehouse/currencies.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { openClosedJanuary } from '../../transforms/closed-january.ts';
import { sealByHand } from '../../transforms/ledger/books-by-hand.ts';
import { closeAt, recordEvents, secretOf } from '../../transforms/small-month.ts';
import { composeStatements } from './composed.ts';
import { FEBRUARY } from './february.ts';
import { changed, pathsOf, valueAt } from './paths.ts';

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];

let warehouse: Warehouse;
let statements: StatementDocument[];
let later: StatementDocument[];

beforeAll(async () => {
  warehouse = await openClosedJanuary();
  statements = await compose(january);
  await recordEvents(warehouse, '2026-03-01T00:00:00Z', FEBRUARY);
  await closeAt(warehouse, '2026-02', '2026-03-02T08:00:00Z');
  later = await compose(february);
});
afterAll(() => warehouse.close());

const compose = (period: typeof january, from: Pick<Warehouse, 'query' | 'stream'> = warehouse) =>
  composeStatements(from, { period, issuerName: 'Tantieme' });

/** The statement of Ada in euros: with lines of every kind and a payout. */
const ada = (of = statements): StatementDocument =>
  of.find(({ creator, currency }) => creator.creator_id === 'cr_ada' && currency === 'EUR') as StatementDocument;

test('what came back of a payout is on the statement of the month in which it was recorded, until all of it is back', () => {
  const { summary, payout_reversals } = ada(later);
  expect(summary).toMatchObject({ payouts: '0.00', payout_reversals: '3.21' });
  expect(payout_reversals).toMatchObject([
    {
      ...{ reversal_id_stripe: 'trr_1', payout_id: 'po_1', paid_period: '2025-12', reversed_on: '2026-02-12' },
      ...{ transfer_id_stripe: 'tr_1', amount: '1.21' },
      explanation: 'Payout of December 2025 reversed: EUR 1.21 came back to us and is owed to you again.',
    },
    { reversal_id_stripe: 'trr_2', amount: '2.00' },
  ]);
});

test('tax that is withheld is on the statement of each creator who is credited, in words', () => {
  expect(ada().tax).toEqual([]);
  const { summary, tax } = ada(later);
  expect([summary.earnings, summary.tax_withheld]).toEqual(['24.00', '7.20']);
  expect(tax).toMatchObject([
    {
      ...{ payee_status: 'foreign', status_basis: 'assumed', rate: '30 %', taxable_exact: '24', withheld: '7.20' },
      explanation:
        'Withholding tax (United States): 30 % of EUR 24.00, your royalties for use there or in an unknown country, is EUR 7.20. You have given no valid tax form; the rate may change once you do.',
    },
  ]);
});

test('what became of other payouts since the last statement is on the next one, with the reason in words', () => {
  expect(ada().payout_notices).toEqual([]);
  expect(ada(later).payout_notices.map(({ outcome, explanation }) => [outcome, explanation])).toEqual([
    [
      'cancelled',
      'Payout of January 2026 cancelled: EUR 38.86 was not sent and is still owed to you: it was not sent before the next month was closed.',
    ],
    ['bank_failed', expect.stringMatching(/^Your bank returned the payout of EUR 3\.21: the bank account is closed\./)],
  ]);
});

test('what became of a payout to a bank account does not name Stripe', async () => {
  await warehouse.withRollback(async (writer) => {
    await writer.query(`update ledger.balances set account_id_stripe = 'bank_0123456789abcdef01234567_3000'`);
    await writer.query(
      `update raw.payout_changed set reason = 'balance_insufficient' where payout_state = 'cancelled'`,
    );
    const statement = ada(await compose(february, writer));
    const words = 'the money for it has not arrived yet';
    expect(statement.payout_notices[0]?.explanation).toMatch(new RegExp(`is still owed to you: ${words}\\.$`));
    const columns = noticeColumns({ currency: 'EUR', language: languageOf('en') });
    const [inWorkbook] = statement.payout_notices.map(columns.find(({ title }) => title === 'Reason')?.value ?? String);
    expect(inWorkbook).toBe(words);
  });
});

describe('proofs', () => {
  test('verify for every statement, and lead to the seal as it is computed by hand', async () => {
    expect(statements.map(({ creator, currency }) => `${creator.creator_id} ${currency}`)).toEqual([
      'cr_ada EUR',
      'cr_ada USD',
      'cr_ben EUR',
      'cr_ben USD',
      'cr_cai JPY',
      'cr_cai USD',
    ]);
    expect([...statements, ...later].flatMap(problemsOf)).toEqual([]);
    const seal = await sealByHand(warehouse, january);
    expect(statements.map((each) => each.seal)).toEqual(statements.map(() => seal));
    expect(new Set(later.map(({ proof }) => proof.previous_seal))).toEqual(new Set([seal]));
  });

  test('verify for statements in another language, of which codes and numbers are the same', async () => {
    const settings = { ...DEFAULT_SETTINGS, locale: 'de' as const };
    const german = await composeStatements(warehouse, { period: february, issuerName: 'Tantieme', settings });
    expect(german.flatMap(problemsOf)).toEqual([]);
    const sentences = /\b(locale|formula|explanation|asset_title)$/;
    const differing = german.map((each, index) =>
      pathsOf(each).filter((path) => valueAt(each, path) !== valueAt(later[index], path)),
    );
    expect(differing.flat().filter((path) => !sentences.test(path))).toEqual([]);
    const [own, tax] = [ada(german).payout_notices[0]?.explanation, ada(german).tax[0]?.explanation];
    expect([own, tax].join(' ')).toMatch(
      /^Auszahlung für Januar 2026 storniert: 38,86 EUR .*Quellensteuer \(Vereinigte/,
    );
  });

  test('still verify after the statement was written and read as JSON', () => {
    expect(JSON.parse(JSON.stringify(statements)).flatMap(problemsOf)).toEqual([]);
  });

  test('show of other creators only hashes', () => {
    for (const { proof } of statements) {
      expect(proof.path.flat().every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
      expect(proof.path.map((hashes) => [...hashes].sort())).toEqual(proof.path);
    }
  });

  test('show no node that can be found by trying: not from its rows, and not with the blind of another', () => {
    const field = (text: string): string => `${Buffer.byteLength(text)}:${text}`;
    /** The own node and the groups of nodes above it, if it is the only one of them. */
    const hashesOf = ({ creator, currency, proof }: StatementDocument, blind: string): string[] => {
      const key = field(creator.creator_id) + field(currency);
      const parts = Object.entries(proof.leaves)
        .filter(([, leaves]) => leaves.length > 0)
        .map(([table, leaves]) => sha256Hex(field('part') + field(table) + key + [...leaves].sort().join('')));
      const node = sha256Hex(field('node') + blind + key + parts.sort().join(''));
      return Array.from({ length: 4 }).reduce<string[]>((all) => [...all, sha256Hex(all.at(-1) ?? '')], [node]);
    };
    let found = 0;
    for (const one of statements) {
      const shown = new Set(one.proof.path.flat());
      for (const other of statements.filter((each) => each !== one)) {
        const isShown = (blind: string): boolean => hashesOf(other, blind).some((hash) => shown.has(hash));
        if (isShown(field(other.proof.blind))) found++;
        expect([isShown(field(one.proof.blind)), isShown(field('')), isShown('')]).toEqual([false, false, false]);
      }
    }
    // With their blinds they are found, but for those that share a group with another.
    expect(found).toBeGreaterThan(statements.length);
    expect(new Set(statements.map(({ proof }) => proof.blind)).size).toBe(statements.length);
    expect(JSON.stringify([...statements, ...later])).not.toMatch(
      new RegExp(`${secretOf('2026-01')}|${secretOf('2026-02')}`),
    );
  });

  test('are not issued for books that no longer match their seal', async () => {
    await warehouse.withRollback(async (writer) => {
      await writer.query(`update ledger.balances set held_minor = 1 where creator_id = 'cr_cai'`);
      await expect(compose(january, writer)).rejects.toThrow(InvariantBroken);
    });
  });
});

/** What explains the amounts, or depends on the day; the seal does not cover it. */
const EXPLAINS =
  /^(schema_version|statement_id|locale|detail_pages|issuer\.name|creator\.(name|country)|period_(starts|ends)_on|closed_at|lines\.\d+\.(asset_title|formula|first_on|last_on)|tax\.\d+\.explanation|payout_reversals\.\d+\.explanation|payout_notices\.\d+\.\w+|payout_decision\.(reason|explanation))$/;

describe('a changed statement does not verify', () => {
  test('whichever value is changed, but for what only explains the amounts', () => {
    for (const document of [...statements, ...later]) {
      const unnoticed = pathsOf(document).filter((path) => {
        const other = (value: unknown): string => {
          if (value === null || value === '') return 'a'.repeat(64);
          const text = String(value);
          const at = text.search(/[0-9]/);
          return at < 0 ? `${text}x` : text.slice(0, at) + ((Number(text[at]) + 1) % 10) + text.slice(at + 1);
        };
        return problemsOf(changed(document, path, other)).length === 0;
      });
      expect(unnoticed.filter((path) => !EXPLAINS.test(path))).toEqual([]);
    }
  });

  test('by any other amount, however it is written', () => {
    const amounts = pathsOf(ada()).filter((path) =>
      /amount|exact|opening|earnings|refunds|withheld|payouts$|payout_reversals$|closing/.test(path),
    );
    const figures = amounts.filter((path) => !/proof|formula/.test(path));
    fc.assert(
      fc.property(
        fc.constantFrom(...figures),
        fc.oneof(
          fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).map(String),
          fc
            .tuple(fc.bigInt({ min: -999n, max: 999n }), fc.stringMatching(/^\.[0-9]{1,10}$/))
            .map(([a, b]) => `${a}${b}`),
          fc.string({ maxLength: 12 }),
        ),
        (path, text) => {
          let before = '';
          const other = changed(ada(), path, (value) => {
            before = String(value);
            return text;
          });
          const isExact = /exact/.test(path);
          const isSame = isExact ? Number(before) === Number(text) : before === text;
          if (!isSame) expect(problemsOf(other)).not.toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('with the line named whose amount was edited', () => {
    const at = ada().lines.findIndex(({ kind }) => kind === 'earning');
    const line = ada().lines[at];
    expect(problemsOf(changed(ada(), `lines.${at}.amount`, () => '999.00'))).toEqual([
      `The line ${line?.line_id} of ${line?.asset_id} over 999.00 EUR does not belong to the seal.`,
      'The earnings of the summary do not follow from the other amounts of the statement.',
      'The sum of the rounded lines does not follow from the other amounts of the statement.',
    ]);
  });

  test('with the hash of the edited line put right, because it does not lead to the seal', () => {
    const leaves = ada().proof.leaves.statement_lines;
    for (const at of leaves.keys()) {
      const edited = changed(ada(), `proof.leaves.statement_lines.${at}`, () => sha256Hex('a line'));
      expect(problemsOf(edited).join()).toContain('The proof does not lead to the seal');
    }
  });

  test('with a line taken away, also with its hash and with sums put right', () => {
    const shorter = changed(ada(), 'lines', (lines) => (lines as unknown[]).slice(1));
    expect(problemsOf(shorter).join()).toContain('The number of rows of statement_lines is');
    const alsoHash = changed(shorter, 'proof.leaves.statement_lines', (leaves) => (leaves as unknown[]).slice(1));
    expect(problemsOf(alsoHash).join()).toContain('The proof does not lead to the seal');
  });

  test('with a line shown twice, or one of another creator or currency', () => {
    for (const other of [...statements, ...later]) {
      const more = changed(ada(), 'lines', (lines) => [...(lines as unknown[]), other.lines[0]]);
      const swapped = changed(ada(), 'lines.0', () => other.lines[0]);
      if (other.lines[0]) expect(problemsOf(more)).not.toEqual([]);
      if (other !== ada() && other.lines[0]) expect(problemsOf(swapped)).not.toEqual([]);
    }
  });

  test('with the path, the proof or the seal of another statement', () => {
    const all = [...statements, ...later];
    for (const document of all) {
      for (const other of all.filter((each) => each !== document)) {
        expect(problemsOf({ ...document, proof: { ...document.proof, path: other.proof.path } })).not.toEqual([]);
        expect(problemsOf({ ...document, proof: other.proof })).not.toEqual([]);
        expect(
          problemsOf({ ...document, creator: other.creator, currency: other.currency, period: other.period }),
        ).not.toEqual([]);
        if (other.seal !== document.seal) expect(problemsOf({ ...document, seal: other.seal })).not.toEqual([]);
      }
    }
  });

  test('with another seal before it, or a level of the tree more or less', () => {
    const { proof } = ada();
    const with_ = (part: Partial<typeof proof>) => problemsOf({ ...ada(), proof: { ...proof, ...part } });
    expect(with_({ previous_seal: 'f'.repeat(64) })).not.toEqual([]);
    expect(with_({ path: proof.path.slice(1) })).not.toEqual([]);
    expect(with_({ path: [[], ...proof.path] })).not.toEqual([]);
    expect(with_({ others_hash: '0'.repeat(64) })).not.toEqual([]);
  });
});

test('the verifier has the decimal places of every currency, and imports nothing of the project but types', () => {
  const text = readFileSync(new URL('../../../reports/statement/verify-proof.ts', import.meta.url), 'utf8');
  expect([...text.matchAll(/^import (?!type )[^\n]*$/gm)].map(([line]) => line)).toEqual([
    "import { createHash } from 'node:crypto';",
  ]);
  for (const currency of CURRENCIES)
    expect([currency, placesOf(currency)]).toEqual([currency, requireExponent(currency)]);
});
