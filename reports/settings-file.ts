import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { messageOf, Rejected, Unavailable } from '../warehouse/errors.ts';
import { sha256Hex } from '../warehouse/ids.ts';
import { jsonFault } from '../warehouse/json.ts';
import { LINE, NO_LINE } from '../warehouse/line-of-text.ts';

/** A file in JSON in which the operator has decided something, and how it is called in sentences: `accounting file`. */
interface SettingsFileOptions<S extends TSchema> {
  readonly called: string;
  /** The setting that names the file. */
  readonly setting: string;
  /** What cannot be done as long as the setting is missing, and what to do: a sentence. */
  readonly unset: string;
  readonly schema: S;
  /** What no single field shows. */
  readonly faultsBetween: (value: Static<S>) => string[];
}

/** The settings, and the hash of the bytes they were read from. */
export type Hashed<T> = T & { readonly file_hash: string };

interface SettingsFile<T> {
  /** Reads the file anew. Throws `Rejected` with every fault of it or without a path, `Unavailable` if it cannot be read. */
  read(path: string | undefined): Promise<Hashed<T>>;
  /** Throws `Rejected` with every fault, one per line. */
  parse(bytes: Uint8Array, path: string): Hashed<T>;
}

export function settingsFile<S extends TSchema>(options: SettingsFileOptions<S>): SettingsFile<Static<S>> {
  const { called, setting, unset, schema, faultsBetween } = options;
  const isValid = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false }).compile<Static<S>>(schema);
  const parse = (bytes: Uint8Array, path: string): Hashed<Static<S>> => {
    const value = parseJson(bytes, `The ${called} ${path}`);
    const faults = isValid(value)
      ? faultsBetween(value)
      : (isValid.errors ?? []).map((error) => faultOf(error, { whole: 'The file' }));
    if (faults.length > 0 || !isValid(value)) {
      const lines = [...new Set(faults)].map((fault) => `\n  ${fault}`).join('');
      throw new Rejected(`The ${called} ${path} cannot be used; correct it:${lines}`);
    }
    return { ...(value as object), file_hash: sha256Hex(bytes) } as Hashed<Static<S>>;
  };
  return {
    parse,
    async read(path) {
      if (path === undefined) throw new Rejected(unset);
      const bytes = await readFile(path).catch((error: unknown) => {
        throw new Unavailable(`The ${called} ${path} cannot be read: ${messageOf(error)}; correct ${setting}.`);
      });
      return parse(bytes, path);
    },
  };
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Rejected(`${what} is not JSON in UTF-8: ${jsonFault(error)}.`);
  }
}

/** `datev.accounts.tax_payable must have required property 'account'`; `whole` is what has no path, `of` whose it is. */
export function faultOf(
  { instancePath, message, params, keyword }: ErrorObject,
  { whole, of }: { readonly whole: string; readonly of?: string },
): string {
  const place = instancePath.slice(1).replaceAll('/', '.') || whole;
  const said = keyword === 'pattern' && params.pattern === LINE ? NO_LINE : message;
  const named = keyword === 'additionalProperties' ? `: ${String(params.additionalProperty)}` : '';
  return `${place}${of === undefined ? '' : ` of ${of}`} ${said}${named}`;
}
