import { type Static, Type } from 'typebox';
import { exactly } from '../exactly.ts';
import { byPayer, faultsByPayer, faultsOfIds, otherPayers } from '../other-payers.ts';
import { settingsFile } from '../settings-file.ts';
import { Country, orNull, text } from '../settings-shapes.ts';
import { checkAch } from './ach-rules.ts';
import type { Fault } from './order-faults.ts';
import { checkSepa } from './sepa-rules.ts';

/** `Address`, as a file or a body carries it. */
export const AddressShape = exactly(
  {
    street: orNull(text(70)),
    building: orNull(text(16)),
    postcode: orNull(text(16)),
    town: text(35),
    country: Country,
    lines: Type.Array(text(70), { maxItems: 2 }),
  },
  'A structured or hybrid address.',
);

const Sepa = exactly(
  {
    name: text(70),
    iban: text(34),
    bic: orNull(text(11)),
    address: Type.Union([AddressShape, Type.Null()]),
    book_as_one: Type.Boolean({ description: 'Whether the bank books a file as one sum.' }),
  },
  'The account from which SEPA credit transfers are paid.',
);

const Ach = exactly(
  {
    name: text(16),
    company_id: text(10),
    entry_description: text(10),
    odfi_routing: text(9),
    immediate_destination: text(9),
    immediate_destination_name: text(23),
    immediate_origin: text(10),
  },
  'What the bank that takes ACH files has assigned.',
);

const ACCOUNTS = { sepa: Type.Optional(Sepa), ach: Type.Optional(Ach) };

const Bank = exactly(
  {
    remittance: orNull(text(80)),
    ...ACCOUNTS,
    other_payers: otherPayers(exactly(ACCOUNTS, 'The accounts of another company that pays creators.')),
  },
  'From which accounts payouts are paid by bank files: `sepa` pays EUR, `ach` pays USD. `remittance` is what creators read; {period} stands for the month.',
);

type BankFileSettings = Static<typeof Bank>;

/** The accounts of one payer, with what creators read. */
export type BankSettings = Omit<BankFileSettings, 'other_payers'> & { readonly payer_id: string };

const FILE = settingsFile({
  called: 'bank file',
  setting: 'TANTIEME_BANK_FILE',
  unset:
    'Payouts cannot be made by bank files, because no account of the platform is set for them; set TANTIEME_BANK_FILE (jobs/payouts/rails/bank/README.md has an example).',
  schema: Bank,
  faultsBetween,
});

/**
 * The accounts of a payer by its id; a payer that the file does not have has none. Throws `Rejected` with every fault of the file, `Unavailable`
 * if it cannot be read.
 */
export async function readBankSettings(path: string | undefined): Promise<(payerId: string) => BankSettings> {
  const { remittance, ...file } = await FILE.read(path);
  const payers = new Map(payersIn(file));
  return (payer_id) => {
    const { sepa, ach } = payers.get(payer_id) ?? {};
    return { payer_id, remittance, ...(sepa && { sepa }), ...(ach && { ach }) };
  };
}

type Accounts = Pick<BankFileSettings, 'sepa' | 'ach'>;

const payersIn = ({ sepa, ach, other_payers }: Omit<BankFileSettings, 'remittance'>) =>
  byPayer<Accounts>({ ...(sepa && { sepa }), ...(ach && { ach }) }, other_payers);

/** Whatever the rules of the schemes have against the accounts of the platform. An IBAN is not shown. */
function faultsBetween(file: BankFileSettings): string[] {
  const payers = payersIn(file);
  const faults = faultsByPayer(payers, faultsOfPayer);
  if (file.remittance !== null && /[{}]/.test(file.remittance.replaceAll('{period}', '')))
    faults.push('remittance has braces other than {period}');
  faults.push(...faultsOfIds(file.other_payers, 'the payer that the file begins with'));
  const numbersOf = (of: (accounts: Accounts) => string | undefined) =>
    payers.flatMap(([, accounts]) => of(accounts)?.replaceAll(' ', '').toUpperCase() ?? []);
  const hasTwice = (numbers: readonly string[]): boolean => new Set(numbers).size < numbers.length;
  if (hasTwice(numbersOf(({ sepa }) => sepa?.iban))) faults.push('sepa.iban: two payers have the same');
  if (hasTwice(numbersOf(({ ach }) => ach?.company_id))) faults.push('ach.company_id: two payers have the same');
  return faults;
}

function faultsOfPayer({ sepa, ach }: Accounts): string[] {
  if (!sepa && !ach) return ['sepa and ach: there is neither'];
  return [...(sepa ? faultsOfSepa(sepa) : []), ...(ach ? faultsOfAch(ach) : [])];
}

const DRAFT = { order_id: 'draft', created_at: '2026-01-01T00:00:00Z', execution_on: '2026-01-01', payments: [] };

function faultsOfSepa({ book_as_one, ...debtor }: Static<typeof Sepa>): string[] {
  return ofDebtor('sepa', checkSepa({ ...DRAFT, scheme: 'sepa', debtor, book_as_one }).faults);
}

function faultsOfAch(debtor: Static<typeof Ach>): string[] {
  return ofDebtor('ach', checkAch({ ...DRAFT, scheme: 'ach', debtor, first_trace: 1, file_id_modifier: 'A' }).faults);
}

/** All faults of a draft but that it pays nobody. */
const ofDebtor = (section: string, faults: readonly Fault[]): string[] =>
  faults.flatMap(({ field, reason }) => (field === 'payments' ? [] : [`${section}.${field}: ${reason}`]));
