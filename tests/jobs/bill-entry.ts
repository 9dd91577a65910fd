/** Renders the bills of `issue-documents.test.ts`. */
import type { Render } from '../../reports/documents/store.ts';
import { Rejected } from '../../warehouse/errors.ts';

export interface BillSources {
  readonly number: string;
  readonly developer_id: string;
  readonly text: string;
  readonly supersedes?: string;
}

const render: Render<BillSources> = ({ text }) => {
  if (text === '') throw new Rejected('The bill has no text.');
  return { txt: Buffer.from(text) };
};

export default render;
