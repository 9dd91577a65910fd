import { InvariantBroken, messageOf, Unavailable } from '../../warehouse/errors.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { lazily } from '../../warehouse/lazily.ts';
import type { TaxKeys, WrappedKey } from './tax-keys.ts';

export interface KmsKey {
  /** The key's ARN, not an alias: an alias can be pointed at another key, and what the earlier one wrapped would not be found. */
  readonly arn: string;
  /** The service's address, if not that of the key's region. */
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The total number of attempts of a request. */
  readonly attempts?: number;
}

const ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/;

/** Whether this is the ARN of a key: `arn:aws:kms:eu-central-1:111122223333:key/1234abcd-…`. */
export const isKmsKeyArn = (text: string): boolean => ARN.test(text);

/** What the encryption context is called at AWS; it is shown in its log of uses, and so names the creator, but nothing of the profile. */
const CONTEXT = 'tantieme:creator-and-key';

/**
 * A master key in AWS Key Management Service: it never leaves the service, which encrypts and decrypts each data key of 32 bytes. The machine's
 * credentials need `kms:Encrypt` and `kms:Decrypt`. A rotation that AWS itself makes needs nothing of ours: the ARN stays.
 * docs.aws.amazon.com/kms/latest/APIReference: Encrypt, Decrypt.
 */
export function taxKeysInKms(key: KmsKey): TaxKeys {
  const client = clientOf(key);
  return {
    currentKeyId: async () => key.arn,
    async wrap(dataKey, context) {
      const { sdk, kms } = await client();
      const command = new sdk.EncryptCommand({
        ...{ KeyId: key.arn, Plaintext: dataKey, EncryptionContext: { [CONTEXT]: context } },
      });
      const answer = await kms.send(command).catch((error: unknown) => {
        throw refusalOf(error, key.arn);
      });
      invariant(answer.KeyId === key.arn, `KMS has encrypted with ${answer.KeyId} instead of ${key.arn}.`);
      const wrapped = requirePresent(answer.CiphertextBlob, 'An encrypted key has bytes.');
      return { masterKeyId: key.arn, wrappedKey: Buffer.from(wrapped).toString('base64') };
    },
    async unwrap({ masterKeyId, wrappedKey }: WrappedKey, context) {
      const { sdk, kms } = await client();
      const command = new sdk.DecryptCommand({
        ...{ KeyId: masterKeyId, CiphertextBlob: Buffer.from(wrappedKey, 'base64') },
        EncryptionContext: { [CONTEXT]: context },
      });
      const answer = await kms.send(command).catch((error: unknown) => {
        throw refusalOf(error, masterKeyId);
      });
      return Buffer.from(requirePresent(answer.Plaintext, 'A decrypted key has bytes.'));
    },
  };
}

/** Loaded when it is first used. */
function clientOf({ arn, endpoint, credentials, attempts = 4 }: KmsKey) {
  return lazily(async () => {
    const sdk = await import('@aws-sdk/client-kms');
    const kms = new sdk.KMSClient({
      ...{ region: ARN.exec(arn)?.[1] ?? '', maxAttempts: attempts },
      requestHandler: { connectionTimeout: 5_000, socketTimeout: 10_000 },
      ...(endpoint !== undefined && { endpoint }),
      ...(credentials && { credentials }),
    });
    return { sdk, kms };
  });
}

/** What to do about a refusal for good, by the name of the error. */
const CURES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'allow kms:Encrypt and kms:Decrypt to the credentials of this machine',
  NotFoundException: 'set TANTIEME_TAX_KEYS to a key that exists',
  DisabledException: 'enable the key at AWS',
  KMSInvalidStateException: 'cancel the deletion of the key at AWS, or enable it',
  InvalidKeyUsageException: 'use a symmetric key for encryption and decryption',
  CredentialsProviderError: 'give this machine credentials: AWS_* variables, a profile or a role',
};

function refusalOf(error: unknown, arn: string): Error {
  const { name } = error as Error;
  if (name === 'InvalidCiphertextException' || name === 'IncorrectKeyException') {
    return new InvariantBroken(
      `A key of a tax profile cannot be unwrapped with ${arn}: it was changed, copied from another creator or wrapped by another key; restore it from a backup.`,
    );
  }
  const cure = CURES[name] ?? 'try again';
  return new Unavailable(`The key ${arn} cannot be used, since AWS KMS says: ${name}: ${messageOf(error)}; ${cure}.`);
}
