import type { Render } from '../documents/store.ts';
import { invoiceFromPlain } from './invoice.ts';
import { renderInvoice } from './render.ts';

/** Renders an invoice from its stored text; run by the threads of `documents/renderer.ts`. */
const render: Render<{ readonly content: string }> = ({ content }) =>
  renderInvoice(invoiceFromPlain(JSON.parse(content)));

export default render;
