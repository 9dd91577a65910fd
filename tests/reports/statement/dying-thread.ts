/** A thread of the renderer that ends without an answer for statements of the creator `fatal`. */

import type { StatementDocument } from '../../../reports/statement/document.ts';
import render from '../../../reports/statement/render-thread.ts';
import type { Answer } from '../../../reports/statement/renderer.ts';

export default function renderOrDie(document: StatementDocument): Answer {
  if (document.creator.creator_id === 'fatal') process.exit(3);
  return render(document);
}
