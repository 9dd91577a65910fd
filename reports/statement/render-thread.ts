/** Run by each thread of the pool in `renderer.ts`. */
import type { StatementDocument } from './document.ts';
import { renderStatement } from './render.ts';
import type { Answer } from './renderer.ts';

export default function render(document: StatementDocument): Answer {
  try {
    const { pdf, xlsx, csv, json } = renderStatement(document);
    // Copies, because a small buffer lies in a large one that it shares with others, and that would be sent with it.
    const copy = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);
    return { rendered: { pdf: copy(pdf), xlsx: copy(xlsx), csv: copy(csv), json: copy(json) } };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { failed: { name, message } };
  }
}
