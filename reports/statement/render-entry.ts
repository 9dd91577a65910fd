import type { Render } from '../documents/store.ts';
import { composeStatement } from './compose.ts';
import type { StatementSources } from './read.ts';
import { renderStatement } from './render.ts';

/** Composes, proves and renders a statement; run by the threads of `documents/renderer.ts`. */
const render: Render<StatementSources> = (sources) => renderStatement(composeStatement(sources));

export default render;
