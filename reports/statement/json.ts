import { canonicalJson } from '../../warehouse/canonical-json.ts';
import type { StatementDocument } from './document.ts';

/** The statement as canonical JSON (RFC 8785) in UTF-8 with one newline at the end. Its hash identifies the statement. */
export function renderJson(doc: StatementDocument): Buffer {
  return Buffer.from(`${canonicalJson(doc)}\n`);
}
