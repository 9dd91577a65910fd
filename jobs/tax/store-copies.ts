import type { StoredFile } from '../../reports/documents/store.ts';
import type { RecipientFile } from '../../reports/tax/recipient-copy.ts';
import { InvariantBroken } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { batchesOf, inOrder } from '../in-order.ts';
import type { Run } from '../job.ts';
import type { CopySources } from './render-copies-entry.ts';
import { lastKeyOf } from './sealed-documents.ts';

const ENTRY = new URL('render-copies-entry.ts', import.meta.url);
/** How many copies a thread renders and stores at once. */
const BATCH = 10;

/**
 * Renders the copies of creators by the threads that render documents, each sealed under the key of its creator, and stores them. Returns the
 * files in the order of the copies. Throws `InvariantBroken` if one cannot be rendered, and as `lastKeyOf`.
 */
export async function storeCopies(run: Run, copies: readonly RecipientFile[]): Promise<StoredFile[]> {
  const stored: StoredFile[] = [];
  const batches = inOrder(batchesOf(sourcesOf(run, copies), BATCH), {
    atOnce: run.renderer.atOnce,
    work: async (batch) => ({ batch, outcomes: await run.renderer.store(ENTRY, batch) }),
  });
  for await (const { batch, outcomes } of batches) {
    for (const [index, outcome] of outcomes.entries()) {
      if ('problem' in outcome)
        throw new InvariantBroken(
          `The copy of ${batch[index]?.creator_id} cannot be rendered, and nothing was filed: ${outcome.problem}`,
        );
      stored.push(requirePresent(outcome.files.pdf, 'A copy is rendered as PDF.'));
    }
    run.progress(`${stored.length} of ${copies.length} copies for creators`);
  }
  return stored;
}

async function* sourcesOf(run: Run, copies: readonly RecipientFile[]): AsyncGenerator<CopySources> {
  for (const { creator_id, copies: own } of copies) {
    run.interruption.throwIfAborted();
    yield { creator_id, copies: own, dataKey: await lastKeyOf(run, creator_id) };
  }
}
