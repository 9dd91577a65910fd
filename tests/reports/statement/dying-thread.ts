/** A thread of the renderer that ends without an answer for statements of the creator `cr_ben`. */

import type { StatementSources } from '../../../reports/statement/read.ts';
import store from '../../../reports/statement/render-thread.ts';
import type { Answer } from '../../../reports/statement/renderer.ts';

export default function storeOrDie(batch: readonly StatementSources[]): Promise<Answer> {
  if (batch.some(({ balance }) => balance.creator_id === 'cr_ben')) process.exit(3);
  return store(batch);
}
