import { setImmediate } from 'node:timers/promises';
import type { Documents } from '../../warehouse/documents/documents.ts';
import { messageOf } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { composeStatement } from './compose.ts';
import type { StatementSources } from './read.ts';
import { FORMATS, type Format, renderStatement } from './render.ts';

/** What became of a statement: the hashes of its stored files, or why there are none. */
export type StatementOutcome =
  | { readonly statement_id: string; readonly hashes: Readonly<Record<Format, string>> }
  | { readonly statement_id: string; readonly problem: string };

/** While so many are stored, the next ones are rendered. */
const STORED_TOGETHER = 5;
const NAMES = Object.keys(FORMATS) as Format[];

/**
 * Composes, proves and renders statements and stores their files durably. The outcomes are in the order of the statements; one
 * that cannot be composed or rendered does not stop the others. Throws `Unavailable` if files cannot be stored.
 */
export async function storeStatements(
  batch: readonly StatementSources[],
  documents: Pick<Documents, 'putAll'>,
): Promise<StatementOutcome[]> {
  const outcomes: StatementOutcome[] = [];
  let storing: Promise<StatementOutcome[]> = Promise.resolve([]);
  for (let from = 0; from < batch.length; from += STORED_TOGETHER) {
    const rendered: Rendered[] = [];
    for (const sources of batch.slice(from, from + STORED_TOGETHER)) {
      // Lets the storing of the ones before proceed.
      await setImmediate();
      rendered.push(render(sources));
    }
    outcomes.push(...(await storing));
    storing = store(rendered, documents);
    // Its error is thrown where it is awaited.
    storing.catch(() => undefined);
  }
  return [...outcomes, ...(await storing)];
}

interface Rendered {
  readonly statement_id: string;
  readonly files?: Readonly<Record<Format, Uint8Array>>;
  readonly problem?: string;
}

function render(sources: StatementSources): Rendered {
  const { statement_id } = sources;
  try {
    return { statement_id, files: renderStatement(composeStatement(sources)) };
  } catch (error) {
    return { statement_id, problem: messageOf(error) };
  }
}

async function store(all: readonly Rendered[], documents: Pick<Documents, 'putAll'>): Promise<StatementOutcome[]> {
  const hashes = await documents.putAll(all.flatMap(({ files }) => (files ? NAMES.map((name) => files[name]) : [])));
  const next = hashes.values();
  return all.map(({ statement_id, files, problem = '' }) => {
    if (!files) return { statement_id, problem };
    const named = NAMES.map((name) => [name, requirePresent(next.next().value, 'A stored file has a hash.')] as const);
    return { statement_id, hashes: Object.fromEntries(named) as Record<Format, string> };
  });
}
