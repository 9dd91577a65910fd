import type { FastifyInstance } from 'fastify';
import type { Services } from '../../jobs/job.ts';
import { brandOf } from '../../reports/brand.ts';
import { openBundle, SCALAR_PATH } from './docs/scalar-bundle.ts';
import { brandLink, headOf } from './layout.ts';
import { html, renderDocument } from './markup.ts';
import { logInUnless } from './open-routes.ts';
import { policyWith } from './policy.ts';
import { localeOf } from './respond.ts';
import { FOREVER, SCRIPTS, STYLES } from './style.ts';
import { wordsOf } from './words.ts';

/** Scalar writes its styles into the page: it puts them into `<style>` elements and `style` attributes, not all with a nonce. */
const POLICY = policyWith({ 'style-src': ["'self'", "'unsafe-inline'"] });

/** The API on one page, drawn in the browser by Scalar. What it shows, `/docs/api` has without a script and within the rules of WCAG. */
export async function referenceRoutes(app: FastifyInstance, { services }: { services: Services }): Promise<void> {
  const brand = brandOf(services);
  const options = {
    helmet: { contentSecurityPolicy: POLICY },
    onRequest: logInUnless(brand.publishes.docs),
  };
  app.get('/docs/api/reference', options, (request, reply) => {
    const locale = localeOf(request);
    const { api: texts } = wordsOf(locale).docs;
    const document = html`<html lang=${locale}>
      <head>
        ${headOf({ title: texts.reference, brand, style: STYLES.reference.path })}
        <script type="module" src=${SCRIPTS.reference.path}></script>
      </head>
      <body>
        <header class="top">${brandLink(brand)}<a href="/docs/api">${texts.bySubject}</a></header>
        <div id="reference" data-bundle=${SCALAR_PATH} data-document="/openapi.json">
          <p class="loading">${texts.loading} <a href="/docs/api">${texts.bySubject}</a></p>
        </div>
      </body>
    </html>`;
    return reply.type('text/html; charset=utf-8').send(renderDocument(document));
  });
  const bundle = openBundle();
  app.addHook('onClose', () => bundle.close());
  app.get(SCALAR_PATH, async (request, reply) => {
    const { encoding, bytes } = await bundle.read(request.headers['accept-encoding']);
    if (encoding) reply.header('content-encoding', encoding);
    return reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', FOREVER)
      .header('vary', 'accept-encoding')
      .send(bytes);
  });
}
