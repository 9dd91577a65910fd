import type { Render } from '../../reports/documents/store.ts';
import { type RecipientFile, renderRecipientCopies } from '../../reports/tax/recipient-copy.ts';
import type { DataKey } from './data-keys.ts';
import { sealBytes } from './sealed-bytes.ts';

/** What the copies of a creator are rendered from, with the key under which they are stored. */
export interface CopySources {
  readonly creator_id: string;
  readonly copies: RecipientFile['copies'];
  readonly dataKey: DataKey;
}

/** Renders and seals the copies of a creator; run by the threads of `documents/renderer.ts`. */
const render: Render<CopySources> = ({ creator_id, copies, dataKey }) => {
  const pdf = renderRecipientCopies(copies);
  return { pdf: { sealed: sealBytes(pdf, { ...dataKey, subject: creator_id }), byte_size: pdf.length } };
};

export default render;
