import { type Static, Type } from 'typebox';
import { exactly } from '../exactly.ts';
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

const Bank = exactly(
  {
    remittance: orNull(text(80)),
    sepa: Type.Optional(Sepa),
    ach: Type.Optional(Ach),
  },
  'From which accounts payouts are paid by bank files: `sepa` pays EUR, `ach` pays USD. `remittance` is what creators read; {period} stands for the month.',
);

export type BankSettings = Static<typeof Bank>;

export const { read: readBankSettings } = settingsFile({
  called: 'bank file',
  setting: 'TANTIEME_BANK_FILE',
  unset:
    'Payouts cannot be made by bank files, because no account of the platform is set for them; set TANTIEME_BANK_FILE (jobs/payouts/rails/bank/README.md has an example).',
  schema: Bank,
  faultsBetween,
});

/** Whatever the rules of the schemes have against the accounts of the platform. An IBAN is not shown. */
function faultsBetween({ remittance, sepa, ach }: BankSettings): string[] {
  const faults = [...(sepa ? faultsOfSepa(sepa) : []), ...(ach ? faultsOfAch(ach) : [])];
  if (remittance !== null && /[{}]/.test(remittance.replaceAll('{period}', '')))
    faults.push('remittance has braces other than {period}');
  if (!sepa && !ach) faults.push('The file has neither sepa nor ach');
  return faults;
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
