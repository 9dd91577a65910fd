import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Type } from 'typebox';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { exactly } from '../exactly.ts';
import { imageFileOf } from '../render/pdf/image-file.ts';
import { settingsFile } from '../settings-file.ts';
import { text } from '../settings-shapes.ts';
import { ISSUER_DETAILS, type IssuerDetails, LOGO_BYTES } from './issuer.ts';

const IssuerFile = exactly(
  {
    name: text(),
    ...ISSUER_DETAILS,
    logo: Type.Optional(
      Type.String({ minLength: 1, description: 'A PNG or JPEG file; its path, from the folder of this one.' }),
    ),
  },
  'Who owes the royalties, as statements show it.',
);

/** Reads the issuer file and its logo. Throws `Rejected` with every fault of them. */
export function readIssuerFile(path: string): { readonly name: string; readonly details: IssuerDetails } {
  const logoOf = (logo: string) => readLogo(resolve(dirname(path), logo));
  const file = settingsFile({
    called: 'issuer file',
    setting: 'TANTIEME_ISSUER_FILE',
    unset: 'There is no issuer file; set TANTIEME_ISSUER_FILE.',
    schema: IssuerFile,
    faultsBetween({ logo }) {
      const read = logo === undefined ? undefined : logoOf(logo);
      return typeof read === 'string' ? [read] : [];
    },
  });
  const { file_hash: _, name, logo, ...details } = file.parse(readBytes(path), path);
  const read = logo === undefined ? undefined : logoOf(logo);
  return { name, details: typeof read === 'object' ? { ...details, logo: read } : details };
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
