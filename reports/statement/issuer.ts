import { type Static, Type } from 'typebox';
import { exactly } from '../exactly.ts';
import { text } from '../settings-shapes.ts';

/** A logo has at most this many bytes, because every statement has it in its JSON and in its PDF. */
export const LOGO_BYTES = 32_768;

/** What the operator decides of how the issuer is shown, beside its name. */
export const ISSUER_DETAILS = {
  address: Type.Optional(
    Type.Array(text(100, 'A line of the address, as it is printed.'), { minItems: 1, maxItems: 6 }),
  ),
  tax_id: Type.Optional(text(50, 'The tax id.')),
  vat_id: Type.Optional(text(50, 'The VAT id.')),
  registration: Type.Optional(text(200, 'The register and the number in it: `HRB 12345, Amtsgericht München`.')),
  contact: Type.Optional(text(200, 'Where a creator can ask: an address of mail, a web page or a phone number.')),
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

export type Issuer = Static<typeof IssuerSchema>;

/** The issuer but for its name. */
export type IssuerDetails = Omit<Issuer, 'name'>;
