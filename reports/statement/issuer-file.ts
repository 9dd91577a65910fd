import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { exactly } from '../exactly.ts';
import { faultsOfIds, otherPayers } from '../other-payers.ts';
import { imageFileOf } from '../render/pdf/image-file.ts';
import { settingsFile } from '../settings-file.ts';
import { text } from '../settings-shapes.ts';
import { ISSUER_DETAILS, type Issuer, type IssuerDetails, LOGO_BYTES } from './issuer.ts';

const ISSUER = {
  name: text(),
  ...ISSUER_DETAILS,
  logo: Type.Optional(
    Type.String({ minLength: 1, description: 'A PNG or JPEG file; its path, from the folder of this one.' }),
  ),
};
const OtherIssuer = exactly(ISSUER, 'Another company that pays creators and owes them their royalties.');
const IssuerFile = exactly(
  {
    ...ISSUER,
    other_payers: otherPayers(OtherIssuer),
  },
  'Who owes the royalties, as statements show it.',
);

/** The issuer to everybody who has no other payer, and those to the creators of other payers. */
interface Issuers {
  readonly name: string;
  readonly details: IssuerDetails;
  readonly others?: Readonly<Record<string, Issuer>>;
}

/** Reads the issuer file and its logos. Throws `Rejected` with every fault of them. */
export function readIssuerFile(path: string): Issuers {
  const logoOf = (logo: string | undefined) =>
    logo === undefined ? undefined : readLogo(resolve(dirname(path), logo));
  const file = settingsFile({
    called: 'issuer file',
    setting: 'TANTIEME_ISSUER_FILE',
    unset: 'There is no issuer file; set TANTIEME_ISSUER_FILE.',
    schema: IssuerFile,
    faultsBetween({ other_payers = {}, logo }) {
      const logos = [logo, ...Object.values(other_payers).map((other) => other.logo)].map(logoOf);
      return [
        ...logos.filter((read) => typeof read === 'string'),
        ...faultsOfIds(other_payers, 'the issuer of the file'),
      ];
    },
  });
  const withLogo = ({ logo, ...texts }: Static<typeof OtherIssuer>): Issuer => {
    const read = logoOf(logo);
    return typeof read === 'object' ? { ...texts, logo: read } : texts;
  };
  const { file_hash: _, other_payers, ...main } = file.parse(readBytes(path), path);
  const { name, ...details } = withLogo(main);
  if (!other_payers) return { name, details };
  const others = Object.entries(other_payers).map(([id, other]) => [id, withLogo(other)] as const);
  return { name, details, others: Object.fromEntries(others) };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Rejected(`The file ${path} cannot be read: ${messageOf(error)}; correct the path.`);
  }
}

/** The logo as statements have it, or what is wrong with it. */
export function readLogo(path: string): NonNullable<IssuerDetails['logo']> | string {
  let bytes: Buffer;
  try {
    bytes = readBytes(path);
  } catch (error) {
    return messageOf(error);
  }
  const cannot = `The logo ${path} cannot be used:`;
  if (bytes.length > LOGO_BYTES)
    return `${cannot} it has ${bytes.length} bytes, and every statement has a copy of it; save it with at most ${LOGO_BYTES}.`;
  const image = imageFileOf(bytes);
  if ('fault' in image) return `${cannot} ${image.fault}.`;
  return { media_type: image.media_type, sha256: sha256Hex(bytes), base64: bytes.toString('base64') };
}
