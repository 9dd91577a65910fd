import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import type { Period } from '../../warehouse/period.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { blindOf, netstring } from './canonical.ts';
import { type Close, type ClosingReader, requireClose } from './closing.ts';
import { hashOfFactKeys } from './fact-keys.ts';
import { requireFormat } from './formats.ts';
import { assertSeal, type BooksReader, othersHashOf, type Roots, rootOf, type SealedHashes } from './seal.ts';

/** The hashes of a creator in a currency, and those beside them on the way to the seal. */
export interface ProofHashes {
  readonly othersHash: string;
  /** The blind of the own node, which only this creator may see. */
  readonly blind: string;
  readonly hasCarriedFraction: boolean;
  /** At each level of the tree, from the nodes up, the sorted hashes beside the own one. */
  readonly path: readonly (readonly string[])[];
}

const HASH = 32;
/** The key, the node, and a byte that says whether there is a carried fraction. */
const RECORD = 2 * HASH + 1;
const LEVELS = 4;
const DIGITS = [...'0123456789abcdef'];

/** The tree below a seal, in 65 bytes for each creator and currency. */
export class SealedTree {
  readonly #secret: string;
  readonly #othersHash: string;
  readonly #records: Buffer;
  /** The hashes of the groups of nodes, by the digits that their keys begin with; the root by none. */
  readonly #hashes = new Map<string, string>();

  constructor(records: Buffer, { othersHash, secret }: { othersHash: string; secret: string }) {
    [this.#records, this.#othersHash, this.#secret] = [records, othersHash, secret];
    for (let at = 0; at < records.length; ) {
      const prefix = this.#hex(at, 0).slice(0, LEVELS);
      const nodes: string[] = [];
      for (; at < records.length && this.#hex(at, 0).startsWith(prefix); at += RECORD) nodes.push(this.#hex(at, 1));
      this.#hashes.set(prefix, hashOf(nodes));
    }
    for (let length = LEVELS - 1; length >= 0; length--) {
      const prefixes = [...this.#hashes.keys()].filter((prefix) => prefix.length === length + 1);
      for (const prefix of new Set(prefixes.map((each) => each.slice(0, length)))) {
        this.#hashes.set(prefix, hashOf(this.#below(prefix)));
      }
    }
  }

  /** The root of the creators and the hash of everything else: what a seal covers beside the seal before. */
  get roots(): Roots {
    return { creatorsHash: this.#hashes.get('') ?? null, othersHash: this.#othersHash };
  }

  /** Throws `InvariantBroken` if the books have nothing of this creator in this currency. */
  proofOf({ creator_id, currency }: { creator_id: string; currency: string }): ProofHashes {
    const key = sha256Hex(netstring(creator_id) + netstring(currency));
    const at = this.#firstFrom(key);
    const isKey = at < this.#records.length && this.#hex(at, 0) === key;
    invariant(isKey, `The seal must cover ${creator_id} in ${currency}, for whom there is a statement.`);
    const path = [this.#nodesBeside(at, key.slice(0, LEVELS))];
    for (let length = LEVELS - 1; length >= 0; length--) {
      path.push(this.#below(key.slice(0, length), key.slice(0, length + 1)).sort());
    }
    return {
      othersHash: this.#othersHash,
      blind: blindOf(this.#secret, 'node', creator_id, currency),
      hasCarriedFraction: this.#records[at + RECORD - 1] === 1,
      path,
    };
  }

  #hex(at: number, column: number): string {
    return this.#records.toString('hex', at + column * HASH, at + (column + 1) * HASH);
  }

  /** The hashes of the groups one digit below a prefix, but of one. */
  #below(prefix: string, except?: string): string[] {
    const prefixes = DIGITS.map((digit) => prefix + digit).filter((each) => each !== except);
    return prefixes.flatMap((each) => this.#hashes.get(each) ?? []);
  }

  #nodesBeside(own: number, prefix: string): string[] {
    const nodes: string[] = [];
    for (let at = this.#firstFrom(prefix); at < this.#records.length; at += RECORD) {
      if (!this.#hex(at, 0).startsWith(prefix)) break;
      if (at !== own) nodes.push(this.#hex(at, 1));
    }
    return nodes.sort();
  }

  /** Where the first record is whose key is not before this one. */
  #firstFrom(key: string): number {
    let [from, until] = [0, this.#records.length / RECORD];
    while (from < until) {
      const middle = Math.floor((from + until) / 2);
      if (this.#hex(middle * RECORD, 0) < key) from = middle + 1;
      else until = middle;
    }
    return from * RECORD;
  }
}

const hashOf = (hashes: readonly string[]): string => sha256Hex([...hashes].sort().join(''));

/**
 * The closing of a period and the tree of its books, in one query for all creators. Throws `Conflict` while the period is open or if its
 * format is unknown, `InvariantBroken` if the root of the tree is not the seal of the closing.
 */
export async function requireSealedTree(
  reader: ClosingReader & BooksReader & Pick<WarehouseWriter, 'stream'>,
  period: Period,
): Promise<{ close: Close; tree: SealedTree }> {
  const close = await requireClose(reader, period);
  const { blinding_secret: secret } = close;
  let records = Buffer.alloc(1024 * RECORD);
  let [length, rowsHash]: [number, string | null] = [0, null];
  const query = requireFormat(close).sealed_hashes(period, 'nodes', secret);
  for await (const rows of reader.stream<SealedHashes>(...query)) {
    for (const row of rows) {
      if (row.key_hash === null) {
        rowsHash = row.rows_hash;
        continue;
      }
      if (length === records.length) records = Buffer.concat([records, Buffer.alloc(length)]);
      const node = requirePresent(row.node, 'A key has a node.');
      for (const [column, hash] of [row.key_hash, node].entries()) {
        records.write(hash, length + column * HASH, 'hex');
      }
      records[length + RECORD - 1] = Number(row.carried_fraction_count);
      length += RECORD;
    }
  }
  const factKeysHash = await hashOfFactKeys(reader, close);
  const othersHash = othersHashOf(close, { factKeysHash, rows_hash: rowsHash });
  const tree = new SealedTree(records.subarray(0, length), { othersHash, secret });
  assertSeal(close, rootOf(tree.roots, close));
  return { close, tree };
}
