import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { type CheckedAch, checkAch } from '../../reports/bank/ach-rules.ts';
import { AddressShape, type BankSettings } from '../../reports/bank/bank-settings.ts';
import { type CheckedSepa, checkSepa } from '../../reports/bank/sepa-rules.ts';
import { exactly } from '../../reports/exactly.ts';
import { Rejected } from '../../warehouse/errors.ts';
import type { BankRail } from '../../warehouse/operational/bank-tables.ts';

const Name = Type.String({ minLength: 1, maxLength: 140, description: 'The holder, as the bank knows the name.' });

const Sepa = exactly(
  {
    payout_rail: Type.Literal('sepa'),
    name: Name,
    iban: Type.String({ minLength: 1, maxLength: 60, description: 'Blanks do not matter.' }),
    bic: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    address: Type.Optional(Type.Union([AddressShape, Type.Null()])),
  },
  'An account that takes SEPA credit transfers; it is paid in EUR.',
);

const Ach = exactly(
  {
    payout_rail: Type.Literal('ach'),
    name: Name,
    holder: Type.Enum(['person', 'company']),
    routing: Type.String({ minLength: 1, maxLength: 20 }),
    account: Type.String({ minLength: 1, maxLength: 40 }),
    account_kind: Type.Enum(['checking', 'savings']),
  },
  'An account at a bank in the United States; it is paid in USD.',
);

/** A checked account, with every field. */
export type BankAccountData =
  | (Required<Static<typeof Sepa>> & { readonly payout_rail: 'sepa' })
  | (Static<typeof Ach> & { readonly payout_rail: 'ach' });

const ajv = new Ajv({ allErrors: true, strict: false });
const IS_VALID = { sepa: ajv.compile<Static<typeof Sepa>>(Sepa), ach: ajv.compile<Static<typeof Ach>>(Ach) };

export const CURRENCY_OF: Readonly<Record<BankRail, string>> = { sepa: 'EUR', ach: 'USD' };

/** The account in one form. Throws `Rejected` with every fault, each with its field; no number is in a sentence. */
export function requireBankAccount(creatorId: string, given: unknown, settings: BankSettings): BankAccountData {
  const throwFaults = (faults: readonly string[]): never => {
    const lines = [...new Set(faults)].map((fault) => `\n  ${fault}`).join('');
    throw new Rejected(`The bank account of ${creatorId} was not recorded; correct it:${lines}`);
  };
  const rail = (given as { payout_rail?: unknown } | null)?.payout_rail;
  if (rail !== 'sepa' && rail !== 'ach') return throwFaults(['payout_rail: it is neither sepa nor ach']);
  if (settings[rail] === undefined)
    return throwFaults([
      `payout_rail: TANTIEME_BANK_FILE has no ${rail} of its payer ${settings.payer_id}, so nothing can be paid to it`,
    ]);
  const isValid = IS_VALID[rail];
  if (!isValid(given))
    return throwFaults(
      (isValid.errors ?? []).map(({ instancePath, message, params }) => {
        const field =
          instancePath.slice(1).replaceAll('/', ', ') || (params.missingProperty ?? params.additionalProperty);
        return `${field ?? 'the account'}: it ${message}`;
      }),
    );
  const account = inOneForm(given as Static<typeof Sepa> | Static<typeof Ach>);
  const faults = faultsOf(creatorId, account, settings);
  return faults.length > 0 ? throwFaults(faults) : account;
}

function inOneForm(given: Static<typeof Sepa> | Static<typeof Ach>): BankAccountData {
  const name = given.name.trim();
  if (given.payout_rail === 'ach')
    return { ...given, name, routing: given.routing.replaceAll(' ', ''), account: given.account.replaceAll(' ', '') };
  const iban = given.iban.replaceAll(' ', '').toUpperCase();
  const bic = given.bic?.replaceAll(' ', '').toUpperCase() || null;
  return { ...given, name, iban, bic, address: given.address ?? null };
}

const DRAFT = { order_id: 'draft', created_at: '2026-01-01T00:00:00Z', execution_on: '2026-01-01' };

/** What the rules of the scheme have against a payment to it. */
function faultsOf(creator_id: string, account: BankAccountData, settings: BankSettings): string[] {
  const payment = { payout_id: 'draft', creator_id, amount_minor: 1n, currency: CURRENCY_OF[account.payout_rail] };
  const rest = { ...payment, remittance: null };
  let checked: Pick<CheckedSepa | CheckedAch, 'faults'> = { faults: [] };
  if (account.payout_rail === 'sepa' && settings.sepa) {
    const { book_as_one, ...debtor } = settings.sepa;
    const payments = [{ ...rest, ...account }];
    checked = checkSepa({ ...DRAFT, scheme: 'sepa', debtor, book_as_one, payments });
  }
  if (account.payout_rail === 'ach' && settings.ach) {
    const order = { ...DRAFT, scheme: 'ach', first_trace: 1, file_id_modifier: 'A' } as const;
    checked = checkAch({ ...order, debtor: settings.ach, payments: [{ ...rest, ...account }] });
  }
  // Of the debtor, what its settings lack for this account, such as an address for one outside the EEA.
  return checked.faults.map(({ creator_id: of, field, reason }) =>
    of === null ? `${field} of the platform, in TANTIEME_BANK_FILE: ${reason}` : `${field}: ${reason}`,
  );
}

/** For people: `DE89 … 3000`, or `021000021 … 5678`; of a short account number, nothing is shown. */
export function maskedOf(account: BankAccountData): string {
  const from = account.payout_rail === 'sepa' ? account.iban.slice(0, 4) : account.routing;
  return `${from} … ${shownOf(account) ?? ''}`.trim();
}

/** The last four characters of the number; null if it is too short to show any, or has others than letters and digits there. */
export function shownOf(account: BankAccountData): string | null {
  const number = account.payout_rail === 'sepa' ? account.iban : account.account;
  const last = number.slice(-4);
  return number.length >= 8 && /^[0-9A-Za-z]{4}$/.test(last) ? last : null;
}

export function countryOf(account: BankAccountData): string {
  return account.payout_rail === 'sepa' ? account.iban.slice(0, 2) : 'US';
}
