import { type Static, Type } from 'typebox';
import { exactly } from '../exactly.ts';

/** A logo has at most this many bytes, because every statement has it in its JSON and in its PDF. */
export const LOGO_BYTES = 32_768;

const line = (description: string, maxLength = 200) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$', description });

/** What the operator decides of how the issuer is shown, beside its name. */
export const ISSUER_DETAILS = {
  address: Type.Optional(
    Type.Array(line('A line of the address, as it is printed.', 100), { minItems: 1, maxItems: 6 }),
  ),
  tax_id: Type.Optional(line('The tax id.', 50)),
  vat_id: Type.Optional(line('The VAT id.', 50)),
  registration: Type.Optional(line('The register and the number in it: `HRB 12345, Amtsgericht München`.')),
  contact: Type.Optional(line('Where a creator can ask: an address of mail, a web page or a phone number.')),
} as const;

const Logo = exactly(
  {
    media_type: Type.Enum(['image/png', 'image/jpeg']),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    base64: Type.String({ contentEncoding: 'base64' }),
  },
  'The logo on the PDF.',
);

/** The issuer in a statement's JSON, with all that its other forms show, so that they can be rendered again. */
export const IssuerSchema = exactly(
  { name: Type.String(), ...ISSUER_DETAILS, logo: Type.Optional(Logo) },
  'Who owes the money.',
);

/** The issuer but for its name. */
export type IssuerDetails = Omit<Static<typeof IssuerSchema>, 'name'>;
