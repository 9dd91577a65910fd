import { NotFound } from '../../../../warehouse/errors.ts';
import { codeBlock } from '../../components/code-block.ts';
import { inlineCode } from '../../components/inline-code.ts';
import { GUIDES } from '../../docs/guides.ts';
import { html } from '../../markup.ts';
import { docsPage } from './docs.ts';

/** One guide: a few steps. */
export const guide = docsPage({
  path: '/docs/guides/:guide',
  async show({ words, params }) {
    const { docs: texts } = words;
    const name = GUIDES.find((each) => each === params.guide);
    if (name === undefined) throw new NotFound(words.errors.notFound);
    const { title, about, steps } = texts.guide[name];
    const body = html`<p>${inlineCode(about)}</p>
      <ol class="guide">${steps.map(
        ({ text, code }) =>
          html`<li><p>${inlineCode(text)}</p>${code && codeBlock(code, text.replaceAll('`', ''))}</li>`,
      )}</ol>
      <p><a href="/docs">${texts.back}</a></p>`;
    return { title, body };
  },
});
