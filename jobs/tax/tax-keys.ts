import { Unavailable } from '../../warehouse/errors.ts';

/** A data key as it is stored: encrypted by a master key. */
export interface WrappedKey {
  readonly masterKeyId: string;
  readonly wrappedKey: string;
}

/**
 * The master keys, which wrap the data keys of creators; they never leave the port: `key-file.ts` keeps them in a file, `kms-keys.ts` in AWS KMS,
 * with `context` as the encryption context.
 */
export interface TaxKeys {
  /** The key that wraps new data keys. Throws `Unavailable`. */
  currentKeyId(): Promise<string>;
  /** Encrypts 32 bytes under the current key, bound to the context. */
  wrap(dataKey: Buffer, context: string): Promise<WrappedKey>;
  /** Throws `Unavailable` if the master key is missing, `InvariantBroken` if the wrapped key or its context was changed. */
  unwrap(wrapped: WrappedKey, context: string): Promise<Buffer>;
}

/** The master keys. Throws `Unavailable` where none is configured; `sealed` says what they are needed for. */
export function requireTaxKeys(
  { taxKeys }: { readonly taxKeys?: TaxKeys | undefined },
  sealed: 'Tax profiles' | 'Bank accounts' | 'Billing profiles' = 'Tax profiles',
): TaxKeys {
  if (taxKeys) return taxKeys;
  throw new Unavailable(
    `${sealed} can be neither stored nor opened without a key: set TANTIEME_TAX_KEYS to file:PATH, and create the file with "tantieme tax keys create", or to a key in AWS KMS.`,
  );
}
